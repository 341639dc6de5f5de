//! Keeps what this process holds in memory out of files that a crash would leave.

/// Asks the system to write nothing of this process to disk when it crashes. Where it can't be had, Latchkey runs all
/// the same.
pub fn keep_out_of_crash_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        // The webview's processes inherit it.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};

        // A core that is piped to a program (core_pattern "|…") is limited by nothing else (core(5)).
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
    #[cfg(windows)]
    {
        use windows_sys::Win32::System::ErrorReporting::{WER_FAULT_REPORTING_FLAG_NOHEAP, WerSetFlags};

        #[expect(unsafe_code, reason = "Windows offers it by this call alone")]
        // SAFETY: it takes a number and keeps nothing.
        unsafe {
            WerSetFlags(WER_FAULT_REPORTING_FLAG_NOHEAP);
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    use super::*;

    #[test]
    fn a_crash_leaves_no_core_of_this_process_nor_of_one_it_starts() {
        keep_out_of_crash_files();
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        assert_eq!(getrlimit(Resource::Core).maximum, Some(0));
        let child = std::process::Command::new("sh").args(["-c", "ulimit -Hc"]).output().unwrap();
        assert_eq!(
            String::from_utf8_lossy(&child.stdout).trim(),
            "0",
            "the webview runs in processes of its own"
        );
    }
}
