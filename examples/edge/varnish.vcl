# Varnish in front of a Mizan application: public bundles are kept and purged by tag, everything else passes.
#
# For Varnish 7 with the modules `xkey` and `var` (Debian: varnish, varnish-modules). docs/guides/edge.md explains it;
# the names in brackets are rules of docs/protocol.md. Change the address of the backend, and the base if yours is another.
vcl 4.1;

import std;
import var;
import xkey;

backend origin {
    .host = "127.0.0.1";
    .port = "8000";
}

# A bundle is looked up whatever cookies and credentials come along: those of public contexts do not depend on them
# (CACHE-12, CACHE-14), and no other is ever kept (CACHE-2).
sub vcl_req_cookie {
    if (req.url ~ "^/api/mizan/ctx/") {
        return;
    }
}

sub vcl_req_authorization {
    if (req.url ~ "^/api/mizan/ctx/") {
        return;
    }
}

# The last purge, by the number of its request. It is there from the beginning, and stays when a VCL is loaded anew.
sub vcl_init {
    if (!var.global_get("purge")) {
        var.global_set("purge", "none");
    }
}

# Which purge was the last one when the origin was asked.
sub vcl_backend_fetch {
    var.set("purge", var.global_get("purge"));
}

# What has tags is kept for as long as `CDN-Cache-Control` says (CACHE-3, CACHE-5), and found again by them (CACHE-7).
# What has none has `no-store` or `private` (CACHE-1, CACHE-2), and the built-in rules keep neither.
sub vcl_backend_response {
    if (beresp.status == 200 && beresp.http.Cache-Groups) {
        set beresp.ttl = std.duration(regsub(beresp.http.CDN-Cache-Control, "^.*\bmax-age=(\d+)\b.*$", "\1s"), 0s);
        set beresp.http.xkey = regsuball(beresp.http.Cache-Groups, {"[",]+"}, " ");
        # `must-revalidate`: what is too old is not served while the new one comes.
        set beresp.grace = 0s;
        set beresp.keep = 0s;
        # A purge came while the origin was reading: this answer may be older than it, and is for whoever asked alone.
        if (var.get("purge") != var.global_get("purge")) {
            set beresp.ttl = 0s;
        }
    }
}

# The reply to a mutation purges what it names before its caller has it (CACHE-8, RFC 9875).
sub vcl_deliver {
    if (resp.http.Cache-Group-Invalidation && req.method != "GET" && req.method != "HEAD") {
        var.global_set("purge", req.xid);
        std.log("mizan-purged:" + xkey.purge(regsuball(resp.http.Cache-Group-Invalidation, {"[",]+"}, " ")));
    }
    unset resp.http.xkey;

    # What became of it here, after what the origin said of itself when it was asked (RFC 9211).
    var.set("status", "Varnish; fwd=miss; stored");
    if (obj.uncacheable) {
        var.set("status", "Varnish; fwd=bypass");
    } elsif (obj.hits > 0) {
        var.set("status", "Varnish; hit");
    }
    if (resp.http.Cache-Status) {
        set resp.http.Cache-Status = resp.http.Cache-Status + ", " + var.get("status");
    } else {
        set resp.http.Cache-Status = var.get("status");
    }
}
