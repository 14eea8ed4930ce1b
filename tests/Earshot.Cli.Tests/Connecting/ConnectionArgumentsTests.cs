using System.CommandLine;
using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Connecting;

/// <summary>Where a connecting verb finds its server and its credentials, and what wins.</summary>
public sealed class ConnectionArgumentsTests : IDisposable
{
    private readonly DirectoryInfo _config = Directory.CreateTempSubdirectory("earshot-cli-");

    public void Dispose() => _config.Delete(recursive: true);

    [Fact]
    public void Without_anything_it_is_the_local_server()
    {
        NatsOpts opts = Read([]);
        Assert.Equal(("nats://localhost:4222", TimeSpan.FromSeconds(5)), (opts.Url, opts.ConnectTimeout));
        Assert.Null(opts.AuthOpts.Username);
    }

    [Fact]
    public void The_command_line_wins_over_the_environment()
    {
        NatsOpts opts = Read(
            ["--server", "nats://line:1", "--user", "u", "--password", "p", "--creds", "line.creds", "--timeout", "0.5"],
            ("NATS_URL", "nats://environment:1"), ("NATS_USER", "other"), ("NATS_PASSWORD", "other"), ("NATS_CREDS", "other"), ("NATS_TIMEOUT", "9s"));
        Assert.Equal(("nats://line:1", "u", "p", "line.creds"), (opts.Url, opts.AuthOpts.Username, opts.AuthOpts.Password, opts.AuthOpts.CredsFile));
        Assert.Equal(TimeSpan.FromSeconds(0.5), opts.RequestTimeout);
    }

    [Fact]
    public void The_environment_is_used_without_options()
    {
        NatsOpts opts = Read(
            [], ("NATS_URL", "tls://environment:1"), ("NATS_NKEY", "seed.nk"), ("NATS_CERT", "c.pem"), ("NATS_KEY", "k.pem"), ("NATS_CA", "ca.pem"), ("NATS_TIMEOUT", "250ms"));
        Assert.Equal(("tls://environment:1", "seed.nk"), (opts.Url, opts.AuthOpts.NKeyFile));
        Assert.Equal(("c.pem", "k.pem", "ca.pem"), (opts.TlsOpts.CertFile, opts.TlsOpts.KeyFile, opts.TlsOpts.CaFile));
        Assert.Equal(TimeSpan.FromMilliseconds(250), opts.ConnectTimeout);
    }

    [Fact]
    public void A_user_without_a_password_is_a_token()
    {
        NatsOpts opts = Read(["--user", "secret"]);
        Assert.Equal((null, "secret"), (opts.AuthOpts.Username, opts.AuthOpts.Token));
    }

    [Fact]
    public void Credentials_of_the_command_line_exclude_other_kinds_of_the_environment_and_the_context()
    {
        WriteContext("creds", """{"creds":"context.creds","user_jwt":"jwt","user_seed":"seed"}""");
        NatsAuthOpts user = Read(["--user", "admin", "--password", "p", "--context", "creds"], ("NATS_CREDS", "other"), ("NATS_NKEY", "other"), ("NATS_TOKEN", "other")).AuthOpts;
        Assert.Equal(new NatsAuthOpts { Username = "admin", Password = "p" }, user);
        Assert.Equal(new NatsAuthOpts { Token = "t" }, Read(["--token", "t", "--context", "creds"], ("NATS_USER", "other"), ("NATS_PASSWORD", "other")).AuthOpts);
        Assert.Equal(new NatsAuthOpts { CredsFile = "c" }, Read(["--creds", "c"], ("NATS_USER", "other"), ("NATS_NKEY", "other")).AuthOpts);
        Assert.Equal(new NatsAuthOpts { NKeyFile = "n" }, Read(["--context", "creds"], ("NATS_NKEY", "n")).AuthOpts);
    }

    [Fact]
    public void User_and_password_may_come_from_two_sources()
    {
        WriteContext("bob", """{"user":"bob","password":"old"}""");
        Assert.Equal(new NatsAuthOpts { Username = "bob", Password = "new" }, Read(["--context", "bob", "--password", "new"]).AuthOpts);
        Assert.Equal(new NatsAuthOpts { Username = "alice", Password = "old" }, Read(["--context", "bob", "--user", "alice"]).AuthOpts);
        Assert.Equal(new NatsAuthOpts { Username = "alice", Password = "p" }, Read(["--user", "alice"], ("NATS_USER", "bob"), ("NATS_PASSWORD", "p")).AuthOpts);
    }

    [Fact]
    public void The_selected_context_is_used_when_no_server_is_named()
    {
        WriteContext("selected", """{"url":"nats://context:1","user":"u","password":"p"}""");
        File.WriteAllText(Path.Combine(_config.FullName, "nats", "context.txt"), "selected");
        Assert.Equal(("nats://context:1", "u", "p"), Of(Read([])));
        Assert.Equal(("nats://line:1", null, null), Of(Read(["-s", "nats://line:1"])));
        Assert.Equal(("nats://line:1", "u", "p"), Of(Read(["-s", "nats://line:1", "--context", "selected"])));
    }

    [Fact]
    public void A_named_context_wins_over_the_selected_one()
    {
        WriteContext("selected", """{"url":"nats://selected:1"}""");
        WriteContext("named", """{"url":"nats://named:1"}""");
        File.WriteAllText(Path.Combine(_config.FullName, "nats", "context.txt"), "selected");
        Assert.Equal("nats://named:1", Read(["--context", "named"]).Url);
        Assert.Equal("nats://named:1", Read([], ("NATS_CONTEXT", "named")).Url);
        Assert.Throws<NatsCredentialsException>(() => Read(["--context", "missing"]));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1e9")]
    [InlineData("NaN")]
    public void A_timeout_that_is_not_a_positive_number_of_seconds_is_a_usage_error(string timeout) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<ToolException>(() => Read(["--timeout", timeout])).Code);

    [Fact]
    public void A_timeout_of_the_environment_that_is_no_duration_is_a_usage_error() =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<ToolException>(() => Read([], ("NATS_TIMEOUT", "soon"))).Code);

    private static (string Url, string? User, string? Password) Of(NatsOpts opts) => (opts.Url, opts.AuthOpts.Username, opts.AuthOpts.Password);

    private NatsOpts Read(string[] line, params (string Name, string Value)[] environment)
    {
        var host = new ToolHost
        {
            Out = TextWriter.Null,
            Error = TextWriter.Null,
            In = TextReader.Null,
            Variable = name => name == "XDG_CONFIG_HOME" ? _config.FullName : environment.FirstOrDefault(entry => entry.Name == name).Value,
        };
        var command = new Command("any");
        var arguments = ConnectionArguments.AddTo(command, host);
        return arguments.ToOptions(command.Parse(line));
    }

    private void WriteContext(string name, string json)
    {
        string folder = Path.Combine(_config.FullName, "nats", "context");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name + ".json"), json);
    }
}
