//! The client's transport without a wire.

use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use http::Method;
use latchkey_core::{
    asc::transport::{BrokenKind, Fate, Transport},
    clock::{Clock, SystemClock},
};
use latchkey_simulator::{InProcess, Settings};

use crate::client::{Client, KEYS, START, create, pair};

fn transport(client: Client) -> (InProcess, Arc<latchkey_simulator::Simulator>, Arc<dyn Clock>) {
    let millis = u64::try_from(START.unix_millis()).unwrap();
    let clock: Arc<dyn Clock> =
        Arc::new(SystemClock::starting_at(UNIX_EPOCH + Duration::from_millis(millis)));
    let simulator = Arc::new(client.simulator);
    (InProcess::new(simulator.clone(), clock.clone()), simulator, clock)
}

#[tokio::test(start_paused = true)]
async fn an_answer_comes_after_its_delay_on_the_given_clock() {
    let (client, ..) = Client::with_two_apps(Settings::default());
    client.simulator.configure(|settings| settings.latency = Duration::from_mins(10));
    let request = client.request(Method::GET, KEYS, "");
    let (transport, _, clock) = transport(client);
    let Fate::Answered(response) = transport.send(request).await else { panic!("an answer") };
    assert_eq!(response.status(), 200);
    assert_eq!(clock.now().since(START), Duration::from_mins(10));
}

#[tokio::test(start_paused = true)]
async fn a_cut_and_a_truncated_answer_may_have_been_sent_and_an_unreachable_server_not() {
    let (client, ..) = Client::with_two_apps(Settings::default());
    let body = create(&pair(1).public().pem(), None).to_string();
    let request = client.request(Method::POST, KEYS, &body);
    client.fault("POST * cut-after");
    client.fault("POST * truncated");
    client.fault("POST * unreachable");
    let (transport, simulator, _) = transport(client);
    for _ in 0..2 {
        let fate = transport.send(request.clone()).await;
        assert!(matches!(&fate, Fate::MaybeSent(broken) if broken.kind == BrokenKind::Cut), "{fate:?}");
    }
    let fate = transport.send(request).await;
    assert!(matches!(&fate, Fate::NotSent(broken) if broken.kind == BrokenKind::Connect), "{fate:?}");
    assert_eq!(simulator.state(START).keys.len(), 2);
}
