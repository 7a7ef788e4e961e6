//! What Node-API needs to be told of linking: a library may leave its symbols to the process that loads it.

fn main() {
    napi_build::setup();
}
