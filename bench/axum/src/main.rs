//! `mizan-bench KIND PORT`: serve one of the benchmark's applications on loopback, on one thread.

mod bare;
mod functions;
mod rspc_app;

use axum::ServiceExt;
use axum::extract::Request;
use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, kind, port] = arguments.as_slice() else { panic!("mizan-bench KIND PORT") };
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("the port is free");
    let app = match kind.as_str() {
        "floor" => bare::floor(),
        "bare" => bare::bare(),
        "telling" => bare::telling(),
        "map" => bare::kept(),
        "mizan" => functions::router(false),
        "mizan-kept" => functions::router(true),
        "mizan-in-front" | "mizan-in-front-kept" => {
            let app = functions::in_front(kind == "mizan-in-front-kept");
            axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await.expect("it serves");
            return;
        }
        "rspc" => {
            axum_of_rspc::serve(listener, rspc_app::router()).await.expect("it serves");
            return;
        }
        _ => panic!("there is no kind {kind:?}"),
    };
    axum::serve(listener, app).await.expect("it serves");
}
