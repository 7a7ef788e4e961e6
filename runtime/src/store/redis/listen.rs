//! Hears of the purges of other processes, for as long as there is a server.

use std::sync::{Arc, Weak};

use futures_util::StreamExt;
use tokio::time::{sleep, timeout};

use super::link::Link;
use crate::bus::{Event, Listeners, event};
use crate::io;

/// Listens for as long as there may be listeners. After each gap the listeners hear that anything may have happened.
pub(super) async fn listen(link: Arc<Link>, listeners: Weak<Listeners>, name: String) {
    let mut gap = false;
    loop {
        // A server that takes a connection and then says nothing must not keep us.
        let subscribed = timeout(link.pause(), async {
            let mut channel = link.client.get_async_pubsub().await.ok()?;
            channel.subscribe(link.keys.channel()).await.ok()?;
            Some(channel)
        });
        if let Ok(Some(channel)) = subscribed.await {
            if gap {
                let Some(listeners) = listeners.upgrade() else { return };
                io::call_back(Box::new(move || listeners.tell(|| Event::Everything)));
            }
            let mut messages = channel.into_on_message();
            while let Some(message) = messages.next().await {
                let Some(listeners) = listeners.upgrade() else { return };
                if let Some(event) = event(&name, message.get_payload_bytes()) {
                    io::call_back(Box::new(move || listeners.tell(|| event)));
                }
            }
        }
        gap = true;
        sleep(link.pause()).await;
    }
}
