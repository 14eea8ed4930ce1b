using Earshot.Fleet.Tests.Collecting;
using Xunit;

namespace Earshot.Fleet.Tests.Streams;

/// <summary>The commands for nsc, as the shell gives them to it.</summary>
public sealed class NscCommandsTests
{
    [Fact]
    public async Task Claims_allow_what_the_configuration_of_a_server_allows()
    {
        using JwtOperator signer = await JwtOperator.SetUpAsync(FleetCluster.Configuration);
        IReadOnlyList<string> configured = SetUpLines.Of(FleetCluster.ConfigurationText);
        Assert.Equal(configured, SetUpLines.Of([.. signer.Accounts.Values]));

        // One line for the streams; eight exports of the system account and one of the fleet; eight imports and two of the applications; six users with two each.
        Assert.Equal(1 + 9 + 10 + 12, configured.Distinct().Count());
    }

    [Fact]
    public async Task Accounts_that_exist_are_not_made_and_keep_their_limits()
    {
        IReadOnlyList<NscCommand> commands = await RunAsync(FleetCluster.Configuration, "SYS", "OPS", "OTHER");
        Assert.Equal(["add account APP"], commands.Where(command => command.Verb is "add account" or "edit account").Select(command => $"{command.Verb} {command["--name"]}"));
    }

    [Fact]
    public async Task Account_without_services_gets_its_import_and_no_users()
    {
        IReadOnlyList<NscCommand> commands = await RunAsync(new FleetConfiguration(), "SYS");
        Assert.Equal(["setup", "collector", "viewer"], commands.Where(command => command.Verb == "add user").Select(command => command["--name"]));
        NscCommand import = Assert.Single(commands, command => command.Verb == "add import" && command["--account"] == "APP");
        Assert.Equal(("KEY-OPS", "earshot.v1.j.KEY-APP.*.*.*", "earshot.v1.j.$1.$2.$3"), (import["--src-account"], import["--remote-subject"], import["--local-subject"]));
    }

    [Fact]
    public async Task Names_and_subjects_reach_nsc_unchanged_whatever_they_mean_to_a_shell()
    {
        string[] subjects = ["it's.$HOME.*", "`id`.$(id).>", "a;b|c&d", "!#~.{x}.[y]", "-n"];
        var configuration = new FleetConfiguration { SystemAccount = "S-1", FleetAccount = "-n", Apps = [new FleetApp("_") { Services = [new FleetService("orders") { Subjects = subjects }] }] };
        NscCommand user = Assert.Single(await RunAsync(configuration, "S-1"), command => command.Verb == "add user" && command["--name"] == "orders");
        Assert.Equal([.. subjects, "earshot.v1.j.orders.*.*", "$SYS.REQ.ACCOUNT.PING.CONNZ", "$SYS.REQ.USER.INFO"], user.All("--allow-pub"));
        Assert.Equal([.. subjects, "_INBOX.>"], user.All("--allow-sub"));
    }

    [Theory]
    [InlineData("APP", "orders", "orders.a,b")]
    [InlineData("APP", "orders", "a b")]
    [InlineData("A$B", "orders", "orders.>")]
    [InlineData("APP", "viewer", "orders.>")]
    public void Name_or_subject_that_nsc_would_take_for_another_is_refused(string account, string service, string subject)
    {
        var configuration = new FleetConfiguration { Apps = [new FleetApp(account) { Services = [new FleetService(service) { Subjects = [subject] }] }] };
        Assert.Throws<ArgumentException>(configuration.ToNscCommands);
    }

    private static Task<IReadOnlyList<NscCommand>> RunAsync(FleetConfiguration configuration, params string[] existing)
    {
        string[] accounts = [configuration.SystemAccount, configuration.FleetAccount, .. configuration.Apps.Select(app => app.Account)];
        return NscScript.RunAsync(configuration.ToNscCommands(), accounts.ToDictionary(name => name, name => $"KEY-{name}"), existing);
    }
}
