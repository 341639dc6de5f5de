//! The window, in GTK.

#![expect(clippy::print_stdout, reason = "whoever started it waits for the word")]

use std::{env, path::PathBuf, process::ExitCode};

use gtk::{
    EventBox, TargetEntry, TargetFlags, Window, WindowType,
    gdk::{DragAction, ModifierType},
    gio::{File, prelude::FileExt},
    prelude::{ContainerExt, GtkWindowExt, WidgetExt, WidgetExtManual},
};

/// Opens it.
pub(crate) fn run() -> ExitCode {
    if let Err(error) = gtk::init() {
        println!("no display: {error}");
        return ExitCode::FAILURE;
    }
    let files: Vec<String> =
        env::args_os().skip(1).map(|path| File::for_path(PathBuf::from(path)).uri().to_string()).collect();

    let window = Window::new(WindowType::Toplevel);
    window.set_title("Files to drag");
    window.set_decorated(false);
    window.set_keep_above(true);
    window.set_accept_focus(false);
    window.set_default_size(40, 40);
    window.move_(0, 0);
    let area = EventBox::new();
    let target = TargetEntry::new("text/uri-list", TargetFlags::OTHER_APP, 0);
    area.drag_source_set(ModifierType::BUTTON1_MASK, &[target], DragAction::COPY);
    area.connect_drag_data_get(move |_, _, data, _, _| {
        data.set_uris(&files.iter().map(String::as_str).collect::<Vec<_>>());
    });
    area.connect_drag_end(|_, _| gtk::main_quit());
    window.add(&area);
    window.connect_map_event(|_, _| {
        println!("ready");
        gtk::glib::Propagation::Proceed
    });
    window.show_all();
    gtk::main();
    ExitCode::SUCCESS
}
