//! The window as a person meets it: controls have a role and a name, everything else is text.

use std::{
    fmt,
    fs::{self, File},
    path::Path,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{
    axe,
    display::{self, Drag},
    driver::{Driver, Element, Key},
    home::Home,
    wait::{PATIENCE, wait_for},
};

/// What lets WebDriver drive a Tauri app.
pub const AUTOMATION: [&str; 2] = ["TAURI_AUTOMATION", "TAURI_WEBVIEW_AUTOMATION"];

/// What kind of control or region something is, in the words of WAI-ARIA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Starts something.
    Button,
    /// Takes text.
    Textbox,
    /// Takes text to search for.
    Searchbox,
    /// One of several.
    Radio,
    /// A window in the window.
    Dialog,
    /// A problem.
    Alert,
    /// A line of a menu.
    MenuItem,
    /// Takes text to cut a list with.
    Combobox,
    /// A line of such a list.
    Option,
    /// Leads to a place of the window.
    Link,
    /// Yes or no.
    Checkbox,
    /// A part of the page that has a name.
    Region,
}

impl Role {
    fn selector(self) -> &'static str {
        match self {
            Self::Button => "button, summary, [role=button]",
            Self::Textbox => {
                "input:not([type]), input[type=text], input[type=password], textarea, [role=textbox]"
            }
            Self::Searchbox => "input[type=search], [role=searchbox]",
            Self::Link => "a[href], [role=link], [role=tab]",
            Self::Checkbox => "input[type=checkbox], [role=checkbox]",
            Self::Radio => "input[type=radio], [role=radio]",
            Self::Dialog => "dialog, [role=dialog]",
            Self::Alert => "[role=alert]",
            Self::Combobox => "select, [role=combobox]",
            Self::Option => "[role=option]",
            Self::MenuItem => "[role=menuitem], [role=menuitemradio]",
            Self::Region => "[role=region]",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// What a person operates the window with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// Clicks.
    Mouse,
    /// Goes from control to control with Tab.
    Keyboard,
}

/// The app's window, open.
pub struct Window {
    driver: Driver,
    hand: Hand,
}

impl Window {
    /// Starts the app at home, with further variables, and waits for its first content.
    pub fn open(home: &Home, variables: &[(&str, &str)], hand: Hand) -> Result<Self> {
        let mut environment = home.environment();
        environment.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        environment.extend(AUTOMATION.map(|name| (name.to_owned(), "true".to_owned())));
        let log = File::create(home.log())?;
        let driver = Driver::start(&crate::binary("latchkey")?, &environment, log, PATIENCE)?;
        let window = Self { driver, hand };
        wait_for("the window's content", || Ok((!window.text()?.is_empty()).then_some(())))?;
        Ok(window)
    }

    /// Waits for the one visible element of this role and name.
    pub fn the(&self, role: Role, name: &str) -> Result<Element> {
        wait_for(&format!("the {role} “{name}”"), || self.look_for(role, name).map(Some))
    }

    /// Whether the control of this role and name can be operated.
    pub fn is_enabled(&self, role: Role, name: &str) -> Result<bool> {
        let element = self.the(role, name)?;
        let script = "return arguments[0].disabled !== true && arguments[0].ariaDisabled !== 'true'";
        Ok(self.driver.script(script, &[element.to_value()])? == Value::Bool(true))
    }

    /// Waits until nothing of this role and name is visible.
    pub fn gone(&self, role: Role, name: &str) -> Result<()> {
        wait_for(&format!("the {role} “{name}” to go"), || {
            let names = self.names(role)?;
            Ok((!names.iter().any(|other| plain(other) == plain(name))).then_some(()))
        })
    }

    /// The accessible names of all visible elements of a role, in reading order.
    pub fn names(&self, role: Role) -> Result<Vec<String>> {
        self.all(role)?.iter().map(|element| self.driver.label(element)).collect()
    }

    /// Operates the control of this role and name, once it is there and enabled.
    pub fn click(&self, role: Role, name: &str) -> Result<()> {
        match self.hand {
            Hand::Mouse => self.ready(role, name).and_then(|control| self.driver.click(&control)),
            Hand::Keyboard => {
                let key = if matches!(role, Role::Radio | Role::Checkbox) { Key::Space } else { Key::Enter };
                self.go_to(role, name).and_then(|()| self.driver.press(key))
            }
        }
        .with_context(|| format!("click on the {role} “{name}”"))
    }

    /// Clicks on the one of several controls of this role and name that is described by a text.
    pub fn click_described(&self, role: Role, name: &str, by: &str) -> Result<()> {
        let script = "return (arguments[0].getAttribute('aria-describedby') ?? '').split(' ')
            .map((id) => document.getElementById(id)?.innerText ?? '').join(' ')";
        let described = |element: &Element| {
            let is_called = plain(&self.driver.label(element)?) == plain(name);
            anyhow::Ok(is_called && self.driver.script(script, &[element.to_value()])? == by)
        };
        let control = wait_for(&format!("the {role} “{name}” of “{by}”"), || {
            let mut elements = self.all(role)?.into_iter();
            elements.find_map(|one| described(&one).map(|is| is.then_some(one)).transpose()).transpose()
        })?;
        self.driver.click(&control)
    }

    /// Empties the field of this name and types into it.
    pub fn fill(&self, role: Role, name: &str, text: &str) -> Result<()> {
        match self.hand {
            Hand::Mouse => self.ready(role, name).and_then(|field| {
                self.driver.clear(&field)?;
                if text.is_empty() { Ok(()) } else { self.driver.type_into(&field, text) }
            }),
            // Tab selects what is in the field; typing replaces it.
            Hand::Keyboard => self.go_to(role, name).and_then(|()| self.driver.press_all(text)),
        }
        .with_context(|| format!("fill the {role} “{name}”"))
    }

    /// Types into the field that has the focus, and confirms with Enter.
    pub fn enter(&self, text: &str) -> Result<()> {
        self.driver.press_all(text)?;
        self.driver.press(Key::Enter)
    }

    /// Cuts the list of the combobox of this name to what a text finds, and chooses the one line that is left.
    pub fn choose(&self, name: &str, text: &str) -> Result<()> {
        self.fill(Role::Combobox, name, text)?;
        let the_one = || {
            let mut options = self.all(Role::Option)?;
            ensure!(options.len() == 1, "{} lines are left", options.len());
            Ok(options.pop())
        };
        let option = wait_for(&format!("one line for “{text}”"), the_one)?;
        match self.hand {
            Hand::Mouse => self.driver.click(&option)?,
            Hand::Keyboard => self.driver.press(Key::Down)?,
        }
        wait_for("the line to be chosen", || {
            let option = the_one()?.context("no line")?;
            let selected = self.driver.script("return arguments[0].ariaSelected", &[option.to_value()])?;
            Ok((selected == "true").then_some(()))
        })
    }

    /// Chooses a line of the list of this name that opens by itself.
    pub fn pick(&self, name: &str, line: &str) -> Result<()> {
        let list = self.ready(Role::Combobox, name)?;
        let script = "return [...arguments[0].options].find((option) => option.label === arguments[1])";
        let option = self.driver.script(script, &[list.to_value(), line.into()])?;
        let option = Element::from_value(&option).with_context(|| format!("no line “{line}”"))?;
        self.driver.click(&option)
    }

    /// Waits until the field of this name holds a text.
    pub fn holds(&self, name: &str, text: &str) -> Result<()> {
        let field = self.the(Role::Textbox, name)?;
        wait_for(&format!("“{text}” in the field “{name}”"), || {
            let value = self.driver.script("return arguments[0].value", &[field.to_value()])?;
            ensure!(value == text, "it holds {value}");
            Ok(Some(()))
        })
    }

    /// Clicks twice, faster than the window can answer.
    pub fn double_click(&self, role: Role, name: &str) -> Result<()> {
        self.driver.double_click(&self.ready(role, name)?)
    }

    /// Waits until an element of this role says a text.
    pub fn says(&self, role: Role, text: &str) -> Result<()> {
        wait_for(&format!("an {role} that says “{text}”"), || {
            let elements = self.all(role)?;
            let read = |element: &Element| {
                self.driver.script("return arguments[0].innerText", &[element.to_value()])
            };
            let said = elements.iter().map(read).collect::<Result<Vec<_>>>()?;
            ensure!(
                said.iter().filter_map(Value::as_str).any(|said| plain(said).contains(&plain(text))),
                "{said:?}"
            );
            Ok(Some(()))
        })
    }

    /// All visible text.
    pub fn text(&self) -> Result<String> {
        let text = self.driver.script("return document.body?.innerText ?? ''", &[])?;
        Ok(text.as_str().unwrap_or_default().trim().to_owned())
    }

    /// The text of the element of this role and name, once it is there, as it is copied.
    pub fn text_of(&self, role: Role, name: &str) -> Result<String> {
        let element = self.the(role, name)?;
        let text = self.driver.script("return arguments[0].innerText", &[element.to_value()])?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// The text of each item of the list of this name, as it stands.
    pub fn items(&self, list: &str) -> Result<Vec<String>> {
        let script = "return [...document.querySelectorAll('ol, ul')]
            .filter((list) => list.ariaLabel === arguments[0] && list.checkVisibility())
            .flatMap((list) => [...list.children].map((item) => item.innerText))";
        let items = self.driver.script(script, &[list.into()])?;
        Ok(items.as_array().into_iter().flatten().filter_map(Value::as_str).map(plain).collect())
    }

    /// The text of the dialog that is open.
    pub fn dialog_text(&self) -> Result<String> {
        let dialogs = self.all(Role::Dialog)?;
        let dialog = dialogs.last().context("no dialog is open")?;
        let text = self.driver.script("return arguments[0].innerText", &[dialog.to_value()])?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the window shows a text, in any spelling of its apostrophes and blanks.
    pub fn shows(&self, text: &str) -> Result<()> {
        wait_for(&format!("the text “{text}”"), || {
            Ok(plain(&self.text()?).contains(&plain(text)).then_some(()))
        })
    }

    /// The text of each row of the table, its head left out, once there are `count` that all satisfy `done`.
    pub fn rows(&self, count: usize, done: impl Fn(&str) -> bool) -> Result<Vec<String>> {
        wait_for(&format!("{count} finished rows"), || {
            let script = "return [...document.querySelectorAll('tbody tr, [role=rowgroup] [role=row]')]
                .filter((row) => row.checkVisibility()).map((row) => row.textContent)";
            let answer = self.driver.script(script, &[])?;
            let rows: Vec<String> =
                answer.as_array().into_iter().flatten().filter_map(Value::as_str).map(plain).collect();
            ensure!(rows.len() == count, "there are {}: {rows:#?}", rows.len());
            Ok(rows.iter().all(|row| done(row)).then_some(rows))
        })
    }

    /// Chooses a file in the native dialog that is open or about to open.
    pub fn choose_file(&self, path: &Path) -> Result<()> {
        display::choose_file(self.driver.app()?, path)
    }

    /// Says where to save in the native dialog that is open or about to open.
    pub fn save_as(&self, path: &Path) -> Result<()> {
        display::save_as(self.driver.app()?, path)
    }

    /// Drops files on the window, once it shows that they are coming.
    pub fn drop_files(&self, files: &[&Path]) -> Result<()> {
        let page = || self.driver.script("return document.body.outerHTML", &[]);
        let before = page()?;
        let drag = Drag::over(self.driver.app()?, files)?;
        wait_for("the window to show that files are coming", || {
            drag.wave()?;
            Ok((page()? != before).then_some(()))
        })?;
        drag.fall()
    }

    /// Loads the page anew, as a person can with the web view's own key for it, and waits for its content.
    pub fn reload(&self) -> Result<()> {
        self.driver.reload()?;
        wait_for("the window's content", || Ok((!self.text()?.is_empty()).then_some(())))
    }

    /// Runs the body of a function in the page, as a script would that had got into it.
    pub fn script(&self, body: &str) -> Result<Value> {
        self.driver.script(body, &[])
    }

    /// The same for one that calls its last argument with the answer.
    pub fn script_with_callback(&self, body: &str) -> Result<Value> {
        self.driver.script_with_callback(body)
    }

    /// The process number of the app.
    pub fn app(&self) -> Result<u32> {
        self.driver.app()
    }

    /// Ends the app as a power cut does, whatever it is doing.
    pub fn kill(self) -> Result<()> {
        let app = self.driver.app()?;
        display::kill(app, "KILL")?;
        display::until_ended(app)
    }

    /// Does what ends the app, and waits for its end. Whether it could be done, nobody may be left to say.
    pub fn ends_by(&self, act: impl FnOnce(&Self) -> Result<()>) -> Result<()> {
        let app = self.driver.app()?;
        let acted = act(self);
        display::until_ended(app).map_err(|late| match acted {
            Ok(()) => late,
            Err(error) => error.context(late),
        })
    }

    /// Makes sure which appearance the system asks for.
    pub fn is_dark(&self, dark: bool) -> Result<()> {
        let asked = self.driver.script("return matchMedia('(prefers-color-scheme: dark)').matches", &[])?;
        ensure!(asked == dark, "dark is asked for: {asked}");
        Ok(())
    }

    /// Asks axe-core about the page as it stands.
    pub fn check_accessibility(&self, screen: &str) -> Result<()> {
        // A colour that is just changing has the contrast of neither.
        self.driver.script_with_callback(include_str!("still.js"))?;
        axe::check(&self.driver, screen)
    }

    /// Writes the window's content to a PNG file, once it stands still.
    pub fn picture(&self, file: &Path) -> Result<()> {
        let folder = file.parent().context("a picture needs a folder")?;
        fs::create_dir_all(folder)?;
        self.driver.script_with_callback(include_str!("still.js"))?;
        // What turns for as long as something is waited for is held, and goes on afterwards.
        let turning =
            "document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime === Infinity)";
        let hold = format!("{turning}.forEach((one) => {{ one.pause(); one.currentTime = 0; }})");
        self.driver.script(&hold, &[])?;
        // What is painted reaches the screen a little later: two pictures in a row have to be the same.
        let mut last = Vec::new();
        let picture = wait_for("the window to stand still", || {
            let picture = self.driver.picture()?;
            let same = picture == last;
            last.clone_from(&picture);
            Ok(same.then_some(picture))
        })?;
        self.driver.script(&format!("{turning}.forEach((one) => one.play())"), &[])?;
        fs::write(file, picture).with_context(|| file.display().to_string())
    }

    /// Quits as a person does, by the window's close button, and waits until the app has ended.
    pub fn quit(self) -> Result<()> {
        let app = self.driver.app()?;
        display::close_window(app)?;
        display::until_ended(app)
    }

    /// Goes by the keyboard to the control of this role and name.
    fn go_to(&self, role: Role, name: &str) -> Result<()> {
        // It has to be there before going round can find it.
        let wanted = self.ready(role, name)?;
        let mut passed = Vec::new();
        for _ in 0..100 {
            let active = self.driver.active()?;
            if active == wanted {
                return Ok(());
            }
            passed.push(self.driver.label(&active)?);
            // Tab reaches one of a group of radio buttons and none of a menu's lines; the arrows reach the others.
            let in_group = role == Role::Radio && self.driver.role(&active)? == "radio";
            self.driver.press(if in_group || role == Role::MenuItem { Key::Down } else { Key::Tab })?;
        }
        bail!("the keyboard never reaches it; it passes {passed:?}")
    }

    /// The element once it is there and enabled.
    fn ready(&self, role: Role, name: &str) -> Result<Element> {
        wait_for(&format!("the {role} “{name}”, enabled"), || {
            let element = self.look_for(role, name)?;
            let script = "return arguments[0].disabled === true || arguments[0].ariaDisabled === 'true'";
            let disabled = self.driver.script(script, &[element.to_value()])?;
            ensure!(disabled == Value::Bool(false), "it is there, but disabled");
            Ok(Some(element))
        })
    }

    fn look_for(&self, role: Role, name: &str) -> Result<Element> {
        let (mut found, mut names) = (Vec::new(), Vec::new());
        for element in self.all(role)? {
            let label = self.driver.label(&element)?;
            if plain(&label) == plain(name) {
                found.push(element);
            }
            names.push(label);
        }
        ensure!(found.len() == 1, "{} have this name; there are {names:?}", found.len());
        Ok(found.remove(0))
    }

    fn all(&self, role: Role) -> Result<Vec<Element>> {
        let found = self.driver.script(include_str!("find.js"), &[role.selector().into()])?;
        Ok(found.as_array().into_iter().flatten().filter_map(Element::from_value).collect())
    }
}

/// A text as one compares it: plain apostrophes, single blanks.
pub fn plain(text: &str) -> String {
    text.replace('’', "'").split_whitespace().collect::<Vec<_>>().join(" ")
}
