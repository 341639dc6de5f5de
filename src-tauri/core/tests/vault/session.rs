//! A session for one test: a process, a bus, a home folder, and what runs on it when asked to.

use std::{
    env,
    ffi::OsStr,
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
};

use zbus::{
    MatchRule, Message,
    blocking::{
        Connection, MessageIterator,
        fdo::{DBusProxy, MonitoringProxy},
    },
};

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

/// Runs `body`, of the test `name`, on a bus of its own.
pub(crate) fn in_a_session(name: &str, body: impl AsyncFnOnce()) {
    run(name, body, |home| {
        let config = home.join("bus.conf");
        fs::write(&config, BUS).unwrap();
        let mut command = within_a_minute("dbus-run-session");
        command.arg("--config-file").arg(config).arg("--").arg(env::current_exe().unwrap());
        command
    });
}

/// Runs `body`, of the test `name`, where there is no session bus.
pub(crate) fn without_a_bus(name: &str, body: impl AsyncFnOnce()) {
    run(name, body, |_| within_a_minute(env::current_exe().unwrap()));
}

/// Ends a test that hangs, with every process it started.
fn within_a_minute(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", "60"]).arg(program);
    command
}

fn run(name: &str, body: impl AsyncFnOnce(), command: impl FnOnce(&Path) -> Command) {
    if env::var_os(INSIDE).is_some() {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(body());
        return;
    }
    for tool in ["dbus-run-session", "gnome-keyring-daemon"] {
        if Command::new(tool).arg("--version").output().is_err() {
            println!("SKIPPED vault: {tool} is not installed");
            return;
        }
    }
    let home = tempfile::tempdir().unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let mut command = command(home.path());
    command.args([name, "--exact", "--nocapture"]).env(INSIDE, "1");
    for folder in ["HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"] {
        command.env(folder, home.path());
    }
    for outside in ["DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "GNOME_KEYRING_CONTROL", "WAYLAND_DISPLAY"] {
        command.env_remove(outside);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A running `gnome-keyring-daemon`.
pub(crate) struct Keyring(Child);

impl Keyring {
    /// With its login keyring open, made if there was none.
    pub(crate) fn unlocked() -> Self {
        Self::start(&["--unlock"])
    }

    /// With the login keyring that another left, closed.
    pub(crate) fn locked() -> Self {
        Self::start(&[])
    }

    fn start(options: &[&str]) -> Self {
        let mut daemon = Command::new("gnome-keyring-daemon")
            .args(["--foreground", "--components=secrets"])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        daemon.stdin.take().unwrap().write_all(b"password of the login keyring").unwrap();
        until_secret_service(true);
        Self(daemon)
    }

    /// Kills it and waits until the bus knows.
    pub(crate) fn kill(mut self) {
        self.stop();
        until_secret_service(false);
    }

    fn stop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        self.stop();
    }
}

fn until_secret_service(runs: bool) {
    let connection = Connection::session().unwrap();
    let bus = DBusProxy::new(&connection).unwrap();
    let mut changes = bus.receive_name_owner_changed_with_args(&[(0, SECRET_SERVICE)]).unwrap();
    while bus.name_has_owner(SECRET_SERVICE.try_into().unwrap()).unwrap() != runs {
        changes.next().unwrap();
    }
}

/// Counts the calls of one method on the bus.
pub(crate) struct Calls {
    member: &'static str,
    seen: MessageIterator,
}

impl Calls {
    pub(crate) fn watch(member: &'static str) -> Self {
        let connection = Connection::session().unwrap();
        let rule = MatchRule::builder().member(member).unwrap().build();
        MonitoringProxy::new(&connection).unwrap().become_monitor(&[rule], 0).unwrap();
        Self { member, seen: MessageIterator::from(connection) }
    }

    /// How often it was called since.
    pub(crate) fn count(self) -> usize {
        // The bus keeps the order: whatever was called before this is seen before it.
        let marker = "/end_of_calls";
        let connection = Connection::session().unwrap();
        connection
            .call_method(Some("org.freedesktop.DBus"), marker, None::<&str>, self.member, &())
            .unwrap_err();
        self.seen
            .map(|message| message.unwrap())
            .take_while(|message| message.header().path().is_none_or(|path| path.as_str() != marker))
            .filter(|message| message.message_type() == zbus::message::Type::MethodCall)
            .count()
    }
}

/// Stands where the desktop shows the keyring's prompts, and takes each without ever showing it: a
/// person who is away.
pub(crate) struct SilentPrompter {
    connection: Connection,
    received: MessageIterator,
}

impl SilentPrompter {
    pub(crate) fn start() -> Self {
        let connection = Connection::session().unwrap();
        connection.request_name("org.gnome.keyring.SystemPrompter").unwrap();
        Self { received: MessageIterator::from(&connection), connection }
    }

    /// Waits until a prompt is to be shown.
    pub(crate) fn asked(&mut self) {
        let asks =
            |message: &Message| message.header().member().is_some_and(|member| member == "BeginPrompting");
        let asked = self.received.by_ref().map(Result::unwrap).find(asks).unwrap();
        // Without this the keyring gives up after half a minute.
        self.connection.reply(&asked.header(), &()).unwrap();
    }
}
