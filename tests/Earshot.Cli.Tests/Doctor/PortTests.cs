using System.Globalization;
using System.Text.Json;
using Earshot.Cli.Shell;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Cli.Tests.Doctor;

/// <summary>The ports and users of real servers.</summary>
public sealed class PortTests(PortServers servers) : IClassFixture<PortServers>
{
    private static readonly string[] s_alice = ["--user", "alice", "--password", DoctorRig.Password];
    private static readonly string[] s_bob = ["--user", "bob", "--password", DoctorRig.Password];

    [Fact]
    public async Task Monitoring_port_is_recognised_as_HTTP() => await WrongPortAsync(
        servers.All.MonitoringUrl.Port, "httpPort", "serves HTTP, such as the monitoring of a server: use the client port");

    [Fact]
    public async Task WebSocket_port_is_recognised() => await WrongPortAsync(servers.WebSocket, "webSocketPort", "is for WebSocket: use ws://");

    [Fact]
    public async Task WebSocket_port_with_TLS_is_recognised() => await WrongPortAsync(servers.SecureWebSocket, "webSocketPort", "is for WebSocket: use wss://");

    [Fact]
    public async Task Mqtt_port_is_recognised() => await WrongPortAsync(servers.Mqtt, "mqttPort", "is for MQTT clients: use the client port");

    [Fact]
    public async Task Leaf_node_port_is_recognised() => await WrongPortAsync(servers.LeafNode, "leafNodePort", "is for leaf nodes: use the client port");

    [Fact]
    public async Task Route_port_is_recognised() => await WrongPortAsync(servers.Route, "routePort", "is for the routes between servers: use the client port");

    [Fact]
    public async Task Steps_of_an_accepted_connection_are_all_reported()
    {
        (int code, JsonElement[] steps, JsonElement verdict) = await DoctorRig.JsonAsync([servers.All.Url, .. s_alice, "--pub", "a.b", "--sub", "a.>"]);
        Assert.Equal(ExitCode.Success, code);
        Assert.Equal(
            ["tcp", "info", "login", "pong", "rtt", "publish", "subscribe", "account", "clock", "jetstream", "limits"],
            steps.Select(static step => step.GetProperty("name").GetString()));
        Assert.All(steps, static step => Assert.Equal("Ok", step.GetProperty("outcome").GetString()));
        Assert.Equal("published an empty message to a.b", steps.Step("publish").GetProperty("text").GetString());
        Assert.Equal("A", steps.Step("account").GetProperty("facts").GetProperty("account").GetString());
        Assert.Equal(10, steps.Step("rtt").GetProperty("facts").GetProperty("count").GetInt32());
        Assert.InRange(Math.Abs(steps.Step("clock").GetProperty("facts").GetProperty("difference").GetDouble()), 0, 5);
        Assert.True(steps.Step("jetstream").GetProperty("facts").GetProperty("available").GetBoolean());
        Assert.Equal(1024 * 1024, steps.Step("limits").GetProperty("facts").GetProperty("maxPayload").GetInt32());
        Assert.Equal("none", verdict.GetProperty("cause").GetString());
    }

    [Fact]
    public async Task Ws_url_is_examined_by_the_client()
    {
        string text = await DoctorRig.AssertAsync(
            ExitCode.Success, "none", "Nothing, the connection works.", [string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{servers.WebSocket}"), .. s_alice]);
        Assert.Contains("the server switches to WebSocket", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificate_of_a_wss_url_is_examined()
    {
        string url = string.Create(CultureInfo.InvariantCulture, $"wss://127.0.0.1:{servers.SecureWebSocket}");
        string creds = servers.Credentials("wss.creds");
        await DoctorRig.AssertAsync(ExitCode.Tls, "unknownAuthority", "pass its authority with --tlsca FILE.", url, "--creds", creds);
        (int code, JsonElement[] steps, _) = await DoctorRig.JsonAsync(url, "--creds", creds, "--tlsca", servers.Certificates.CaFile);
        Assert.Equal(ExitCode.Success, code);
        Assert.Equal(["tcp", "tls", "websocket", "info", "login"], steps[..5].Select(static step => step.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Clocks_that_differ_by_an_hour_are_a_warning()
    {
        var ahead = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(1));
        (int code, string text, _) = await DoctorRig.RunAsync(host => host with { Time = ahead }, [servers.All.Url, .. s_alice]);
        Assert.Equal(ExitCode.Success, code);
        Assert.Contains("  warn  clock                the server is 60 minutes behind (within ", text, StringComparison.Ordinal);
        Assert.Contains("What to do: The connection works; set the clocks of both machines", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ws_url_of_a_plain_port_says_so() => await DoctorRig.AssertAsync(
        ExitCode.NotNats, "webSocketRefused", "does not switch to WebSocket: check the port, or use nats://", servers.All.Url.Replace("nats", "ws", StringComparison.Ordinal));

    [Fact]
    public async Task Denied_publish_is_a_missing_permission()
    {
        string text = await DoctorRig.AssertAsync(
            ExitCode.Permission, "publishDenied", "The user may not publish to 'secret.x': add the subject", [servers.All.Url, .. s_bob, "--pub", "secret.x", "--sub", "allowed.x"]);
        Assert.Contains("Permissions Violation for Publish to \"secret.x\"", text, StringComparison.Ordinal);
        Assert.Contains("subscribed to allowed.x", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Denied_subscription_is_a_missing_permission() => await DoctorRig.AssertAsync(
        ExitCode.Permission, "subscribeDenied", "The user may not subscribe to 'secret.x': add the subject", [servers.All.Url, .. s_bob, "--pub", "allowed.x", "--sub", "secret.x"]);

    [Fact]
    public async Task User_without_permission_for_the_requests_still_gets_an_answer()
    {
        (int code, JsonElement[] steps, _) = await DoctorRig.JsonAsync([servers.All.Url, .. s_bob]);
        Assert.Equal(ExitCode.Success, code);
        Assert.Equal("Unknown", steps.Step("account").GetProperty("outcome").GetString());
        Assert.Equal("Unknown", steps.Step("clock").GetProperty("outcome").GetString());
        Assert.Equal("Unknown", steps.Step("jetstream").GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Wrong_password_is_recognised() => await DoctorRig.AssertAsync(
        ExitCode.Authentication, "wrongPassword", "does not accept the user and password: check both", servers.All.Url, "--user", "alice", "--password", "c4n4ry-wrong");

    [Fact]
    public async Task Wrong_password_in_the_url_is_recognised_and_hidden() => await DoctorRig.AssertAsync(
        ExitCode.Authentication, "wrongPassword", "does not accept the user and password", servers.All.Url.Replace("//", "//alice:c4n4ry-in-url@", StringComparison.Ordinal));

    [Fact]
    public async Task Wrong_token_is_recognised_and_hidden() => await DoctorRig.AssertAsync(
        ExitCode.Authentication, "wrongToken", "does not accept the token: check it", servers.All.Url, "--user", "c4n4ry-token");

    [Fact]
    public async Task Missing_nkey_is_recognised() => await DoctorRig.AssertAsync(
        ExitCode.Authentication, "missingCredentials", "credentials and none are given: pass --nkey FILE for an nkey, or --creds FILE for a JWT.", servers.All.Url);

    [Fact]
    public async Task Unknown_nkey_is_recognised_and_its_seed_is_hidden()
    {
        string file = Path.Combine(servers.All.Folder, "user.nk");
        await File.WriteAllTextAsync(file, servers.Issuer.User().Seed, TestContext.Current.CancellationToken);
        await DoctorRig.AssertAsync(ExitCode.Authentication, "unknownNKey", "does not accept the nkey: add its public key", servers.All.Url, "--nkey", file);
    }

    [Fact]
    public async Task Missing_credentials_file_is_named() => await DoctorRig.AssertAsync(
        ExitCode.Authentication, "unusableCredentials", "The credentials cannot be used: correct 'no-such.creds'", servers.Operated.Url, "--creds", "no-such.creds");

    [Fact]
    public async Task Valid_jwt_is_decoded()
    {
        string creds = servers.Credentials(
            "valid.creds", TimeProvider.System.GetUtcNow().AddDays(30), ",\"pub\":{\"allow\":[\"orders.>\",\"$SYS.REQ.USER.INFO\"],\"deny\":[\"orders.secret\"]},\"sub\":{}");
        (int code, JsonElement[] steps, _) = await DoctorRig.JsonAsync(servers.Operated.Url, "--creds", creds);
        Assert.Equal(ExitCode.Success, code);
        JsonElement facts = steps.Step("login").GetProperty("facts");
        Assert.Equal("publish orders.> $SYS.REQ.USER.INFO except orders.secret", facts.GetProperty("permissions").GetString());
        Assert.Equal(servers.Issuer.AccountKey, facts.GetProperty("account").GetString());
        Assert.Contains("(in 30 days)", steps.Step("login").GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jwt_that_expires_soon_is_a_warning() => await DoctorRig.AssertAsync(
        ExitCode.Success,
        "none",
        "The connection works; get new credentials, because the JWT expires on ",
        servers.Operated.Url,
        "--creds",
        servers.Credentials("soon.creds", TimeProvider.System.GetUtcNow().AddHours(3)));

    [Fact]
    public async Task Expired_jwt_is_recognised() => await DoctorRig.AssertAsync(
        ExitCode.Authentication,
        "expiredJwt",
        "The JWT of 'user' expired 3 hours ago, on ",
        servers.Operated.Url,
        "--creds",
        servers.Credentials("expired.creds", TimeProvider.System.GetUtcNow().AddHours(-3)));

    [Fact]
    public async Task Jwt_of_an_unknown_account_is_recognised()
    {
        using var other = new Earshot.Testing.JwtIssuer();
        string file = Path.Combine(servers.Operated.Folder, "other.creds");
        await File.WriteAllTextAsync(file, Earshot.Testing.JwtIssuer.CredsOf(other.User()), TestContext.Current.CancellationToken);
        await DoctorRig.AssertAsync(ExitCode.Authentication, "rejectedJwt", $"check that the server knows the account {other.AccountKey}", servers.Operated.Url, "--creds", file);
    }

    private static async Task WrongPortAsync(int port, string cause, string advice) => await DoctorRig.AssertAsync(
        ExitCode.NotNats,
        cause,
        string.Create(CultureInfo.InvariantCulture, $"Port {port} {advice}"),
        string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}"),
        "--user",
        "alice",
        "--password",
        DoctorRig.Password);
}
