using System.Globalization;
using System.Text.Json;
using Earshot.Cli.Shell;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Cli.Tests.Doctor;

/// <summary>Addresses without a server, servers that hang, are full or are something else, and hostile texts.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Port_without_a_listener_is_recognised()
    {
        using var port = ReservedPort.Take();
        string address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port.Number}");
        await DoctorRig.AssertAsync(ExitCode.Unreachable, "refused", $"Nothing listens on {address}: start the server, or correct the port.", $"nats://{address}");
    }

    [Fact]
    public async Task Port_of_another_service_is_recognised()
    {
        await using var ssh = new TalkingPort("SSH-2.0-OpenSSH_9.9\r\n");
        await DoctorRig.AssertAsync(ExitCode.NotNats, "wrongPort", "belongs to an SSH server: use the client port", ssh.Url);
        await using var other = new TalkingPort("220 mail.example ESMTP\r\n");
        await DoctorRig.AssertAsync(ExitCode.NotNats, "wrongPort", "belongs to something else: use the client port", other.Url);
    }

    [Fact]
    public async Task Name_that_does_not_exist_is_recognised() => await DoctorRig.AssertAsync(
        ExitCode.Name, "name", "The name 'does-not-exist.invalid' cannot be resolved: check its spelling", "nats://does-not-exist.invalid");

    // The discard prefix of RFC 6666: there is no way to it, or nothing answers.
    [Fact]
    public async Task Unreachable_address_is_recognised() => await DoctorRig.AssertAsync(
        ExitCode.Unreachable, "unreachable", "The server [100::1]:4222 cannot be reached: check the address", "nats://[100::1]:4222", "--timeout", "0.2");

    [Fact]
    public async Task Server_that_accepts_and_says_nothing_is_recognised()
    {
        await using var hung = new TalkingPort("");
        await DoctorRig.AssertAsync(ExitCode.NotNats, "silent", "accepts connections and does not answer: check whether its process hangs", hung.Url, "--timeout", "3");
    }

    [Fact]
    public async Task Server_that_closes_every_connection_is_recognised()
    {
        await using var closing = new TalkingPort("", isClosing: true);
        await DoctorRig.AssertAsync(ExitCode.NotNats, "closed", "closes every connection: check the proxy or load balancer", closing.Url);
    }

    [Fact]
    public async Task Full_server_is_recognised_and_not_filled_by_the_examination()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { MaxConnections = 1 }, TestContext.Current.CancellationToken);
        await DoctorRig.AssertAsync(ExitCode.Success, "none", "Nothing, the connection works.", server.Url);
        // The server may still count the last connection of the examination for a moment.
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, RetryOnInitialConnect = true, ReconnectWaitMin = TimeSpan.FromMilliseconds(10) });
        await connection.ConnectAsync(TestContext.Current.CancellationToken);
        await DoctorRig.AssertAsync(
            ExitCode.Refused, "fullServer", "The server has its maximum number of connections: close some, or raise max_connections", server.Url);
    }

    [Fact]
    public async Task Advertised_addresses_that_do_not_answer_are_a_warning()
    {
        await using var silent = new TalkingPort("");
        using var port = ReservedPort.Take();
        string urls = string.Create(CultureInfo.InvariantCulture, $",\"connect_urls\":[\"127.0.0.1:{silent.Port}\",\"127.0.0.1:{port.Number}\",\"nonsense\"]");
        await using var server = new TalkingPort(TalkingPort.Info("one", urls));
        (_, JsonElement[] steps, _) = await DoctorRig.JsonAsync(server.Url, "--timeout", "3");
        JsonElement facts = steps.Step("servers").GetProperty("facts");
        Assert.Equal("Warning", steps.Step("servers").GetProperty("outcome").GetString());
        Assert.Equal("accepts connections and says nothing", facts.GetProperty($"127.0.0.1:{silent.Port}").GetString());
        Assert.Equal("refuses connections", facts.GetProperty($"127.0.0.1:{port.Number}").GetString());
        Assert.Equal("is not host:port", facts.GetProperty("nonsense").GetString());
    }

    [Fact]
    public async Task Address_that_is_advertised_twice_is_tried_once()
    {
        await using var other = new TalkingPort(TalkingPort.Info("two"));
        string urls = string.Create(CultureInfo.InvariantCulture, $",\"connect_urls\":[\"127.0.0.1:{other.Port}\",\"127.0.0.1:{other.Port}\"]");
        await using var server = new TalkingPort(TalkingPort.Info("one", urls), pongs: 100);
        (int code, JsonElement[] steps, _) = await DoctorRig.JsonAsync(server.Url, "--timeout", "3");
        Assert.Equal("all 1 advertised addresses answer from here", steps.Step("servers").GetProperty("text").GetString());
        Assert.Equal((ExitCode.Success, 1), (code, other.Accepted));
    }

    [Fact]
    public async Task Timeout_of_the_examinations_own_connection_is_not_the_cause()
    {
        await using var server = new TalkingPort(TalkingPort.Info("slow") + "-ERR 'Authentication Timeout'\r\n", isClosing: true);
        (_, JsonElement[] steps, JsonElement verdict) = await DoctorRig.JsonAsync(server.Url);
        Assert.Equal("authenticationTimeout", verdict.GetProperty("cause").GetString());
        Assert.True(steps.Step("login").TryGetProperty("duration", out _), "The client itself has tried.");
    }

    [Fact]
    public async Task Texts_of_a_hostile_server_have_no_control_characters()
    {
        await using var server = new TalkingPort(TalkingPort.Info("evil\\u001b[2J\\u202e\\r\\n", ",\"cluster\":\"\\u0007c\"") + "-ERR '\u001b[31mno\u009b access'\r\n");
        string text = await DoctorRig.AssertAsync(ExitCode.Refused, "refused", "The server refuses the connection with '\\u001b[31mno\\u009b access'", server.Url);
        Assert.Contains(@"evil\u001b[2J\u202e\r\n 2.12.0, cluster \u0007c", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_repeats_the_password_does_not_show_it()
    {
        await using var server = new TalkingPort($"-ERR 'no user with {DoctorRig.Password}'\r\n");
        await DoctorRig.AssertAsync(
            ExitCode.Refused, "refused", "with 'no user with ***'", server.Url.Replace("//", $"//alice:{DoctorRig.Password}@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Proxy_of_a_context_is_examined_in_place_of_the_server()
    {
        using var port = ReservedPort.Take();
        string folder = Directory.CreateTempSubdirectory("earshot-doctor-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "nats", "context"));
            await File.WriteAllTextAsync(
                Path.Combine(folder, "nats", "context", "far.json"),
                $$"""{"url":"nats://nats.example","socks_proxy":"socks5://user:c4n4ry-proxy@127.0.0.1:{{port.Number}}"}""",
                TestContext.Current.CancellationToken);
            (int code, string text, _) = await DoctorRig.RunAsync(
                host => host with { Variable = name => name == "XDG_CONFIG_HOME" ? folder : null }, "--context", "far");
            Assert.Equal(ExitCode.Unreachable, code);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"Nothing listens on 127.0.0.1:{port.Number}: start the proxy"), text, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("nats://a,ws://b", "cannot be mixed")]
    [InlineData("nats://a,", "has an empty entry")]
    [InlineData("http://a", "the scheme must be nats, tls, ws or wss")]
    public async Task Url_that_is_no_server_is_an_error_of_usage(string url, string message)
    {
        (int code, string output, string error) = await DoctorRig.RunAsync(url);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Empty(output);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--pub", "a.*", "without wildcards")]
    [InlineData("--pub", "a..b", "without empty tokens")]
    [InlineData("--sub", "a b", "without empty tokens or white space.")]
    public async Task Value_that_cannot_be_used_is_an_error_of_usage(string option, string value, string message)
    {
        (int code, string output, string error) = await DoctorRig.RunAsync("nats://127.0.0.1:1", option, value);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Empty(output);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
