//! One session for all of it: a bus and a keyring of its own, and a home folder that is nobody's.

use std::{
    env, fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    process::{Child, Command, Stdio},
};

use zbus::blocking::{Connection, fdo::DBusProxy};

const INSIDE: &str = "LATCHKEY_TEST_INSIDE_SESSION";
const SECRET_SERVICE: &str = "org.freedesktop.secrets";

/// No `servicedir`: nothing but the test itself starts a service.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>"#;

/// Runs `body`, of the test `name`, on a bus of its own with an open keyring. Gives back what it printed.
pub(crate) fn in_a_session(name: &str, body: impl FnOnce()) {
    if env::var_os(INSIDE).is_some() {
        let _keyring = Keyring::unlocked();
        body();
        return;
    }
    for tool in ["dbus-run-session", "gnome-keyring-daemon"] {
        if Command::new(tool).arg("--version").output().is_err() {
            println!("SKIPPED kill: {tool} is not installed");
            return;
        }
    }
    let home = tempfile::tempdir().unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let config = home.path().join("bus.conf");
    fs::write(&config, BUS).unwrap();
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", "900", "dbus-run-session", "--config-file"]).arg(config).arg("--");
    command.arg(env::current_exe().unwrap()).args([name, "--exact", "--nocapture"]).env(INSIDE, "1");
    for folder in ["HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"] {
        command.env(folder, home.path());
    }
    for outside in ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "GNOME_KEYRING_CONTROL", "WAYLAND_DISPLAY"] {
        command.env_remove(outside);
    }
    let output = command.output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    println!("{printed}");
    assert!(
        output.status.success() && printed.contains("1 passed"),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

struct Keyring(Child);

impl Keyring {
    fn unlocked() -> Self {
        let mut daemon = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--components=secrets", "--unlock"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        daemon.stdin.take().unwrap().write_all(b"password of the login keyring").unwrap();
        let connection = Connection::session().unwrap();
        let bus = DBusProxy::new(&connection).unwrap();
        let mut changes = bus.receive_name_owner_changed_with_args(&[(0, SECRET_SERVICE)]).unwrap();
        while !bus.name_has_owner(SECRET_SERVICE.try_into().unwrap()).unwrap() {
            changes.next().unwrap();
        }
        Self(daemon)
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}
