using Earshot.RealServer;
using Xunit;

namespace Earshot.Fleet.Tests.Streams;

/// <summary>The configuration of servers: a real server takes it, and names that would break it are refused.</summary>
public sealed class ConfigurationTests
{
    private const int Starts = 30;

    private static readonly FleetConfiguration s_configuration = new()
    {
        Apps = [new FleetApp("APP") { Services = [new FleetService("orders-api") { Subjects = ["orders.>", "stock.*"] }, new FleetService("billing")] }, new FleetApp("OTHER")],
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    public async Task Server_starts_with_the_configuration(string version) => await StartAsync(version == "oldest" ? await NatsServerLocator.Oldest : await NatsServerLocator.Newest);

    [Fact]
    [Trait("Duration", "Long")]
    public async Task Server_starts_with_the_configuration_thirty_times_of_thirty()
    {
        for (int i = 0; i < Starts; i++)
        {
            await StartAsync(await NatsServerLocator.Newest);
        }
    }

    [Fact]
    public void Every_user_has_the_password_that_is_given_for_it()
    {
        string text = s_configuration.ToText(user => $"\"pw-{user.Account}-{user.Name}\"");
        Assert.Equal(["sys", "setup", "collector", "viewer", "orders-api", "billing"], s_configuration.Users.Select(user => user.Name));
        Assert.All(s_configuration.Users, user => Assert.Contains($"user: {user.Name}, password: \"pw-{user.Account}-{user.Name}\"", text, StringComparison.Ordinal));
    }

    [Fact]
    public void All_six_events_are_exported_and_imported()
    {
        string text = s_configuration.ToText(_ => "pw");
        foreach (string subject in new[] { "ACCOUNT.*.CONNECT", "ACCOUNT.*.DISCONNECT", "SERVER.*.CLIENT.AUTH.ERR", "SERVER.*.STATSZ", "SERVER.*.LAMEDUCK", "SERVER.*.SHUTDOWN" })
        {
            Assert.Contains($"{{ stream: \"$SYS.{subject}\", accounts: [OPS] }}", text, StringComparison.Ordinal);
            Assert.Contains($"{{ stream: {{ account: SYS, subject: \"$SYS.{subject}\" }}, to: \"earshot.sys.", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("A B", "orders", "orders.>")]
    [InlineData("APP", "orders.api", "orders.>")]
    [InlineData("APP", "", "orders.>")]
    [InlineData("APP", "orders", "orders.\"")]
    [InlineData("APP", "orders", "a b")]
    [InlineData("APP", "collector", "orders.>")]
    [InlineData("SYS", "orders", "orders.>")]
    [InlineData("OPS", "orders", "orders.>")]
    public void Name_or_subject_that_would_break_the_configuration_is_refused(string account, string service, string subject)
    {
        var configuration = new FleetConfiguration { Apps = [new FleetApp(account) { Services = [new FleetService(service) { Subjects = [subject] }] }] };
        Assert.Throws<ArgumentException>(() => configuration.ToText(_ => "pw"));
    }

    private static async Task StartAsync(string binary)
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", JetStream = true, Binary = binary, Config = s_configuration.ToText(user => $"\"c4n4ry-{user.Name}\"") }, Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, AuthOpts = new NatsAuthOpts { Username = FleetConfiguration.CollectorUser, Password = "c4n4ry-collector" } });
        await connection.ConnectAsync(Token);
        Assert.Equal(NatsConnectionState.Open, connection.ConnectionState);
    }
}
