using System.CommandLine;
using System.Globalization;
using Earshot.Cli.Connecting;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Earshot.Fleet;
using Spectre.Console;

namespace Earshot.Cli.Fleet;

/// <summary>The verb <c>earshot fleet init</c>: prints the configuration of servers, or creates the streams.</summary>
internal sealed class InitCommand
{
    private const string Description =
        """
        Prints the accounts, users and permissions that a fleet needs, for the configuration of every server, with new random passwords; or, for accounts
        that are JWTs, commands of nsc for the same ones. With --create it connects instead and creates the two streams; it changes none that is there, and
        says what differs (exit code 1).
        """;

    private readonly ToolHost _host;
    private readonly Option<bool> _create = new("--create") { Description = "Connect, and create the streams in the account of the user, or compare those that are there." };
    private readonly Option<InitFormat> _format = new("--format") { Description = "What is printed: configuration, of servers; or nsc, a script of commands of nsc for accounts that are JWTs." };
    private readonly Option<bool> _environment = new("--environment-passwords") { Description = "Name environment variables of the server instead of random passwords, such as $EARSHOT_COLLECTOR_PASSWORD." };
    private readonly Option<int?> _replicas = new("--replicas") { Description = "With --create: the number of replicas, 1 to 5; default three, or as many as there are servers.", HelpName = "COUNT" };
    private readonly Option<string?> _maxAge = new("--max-age") { Description = "With --create: how long records are kept, such as 48h; default 7 days.", HelpName = "DURATION" };
    private readonly Option<double> _journalSize = new("--journal-size") { Description = "With --create: the size of the journals' stream in GiB, for each replica.", HelpName = "GIB", DefaultValueFactory = static _ => 2 };
    private readonly Option<double> _serverSize = new("--server-size") { Description = "With --create: the size of the servers' stream in GiB, for each replica.", HelpName = "GIB", DefaultValueFactory = static _ => 1 };
    private readonly Option<bool> _json = new("--json") { Description = "Write what is printed, or the streams, as JSON lines." };
    private readonly AppArguments _apps;
    private readonly ConnectionArguments _connection;

    private InitCommand(Command command, ToolHost host)
    {
        _host = host;
        _apps = AppArguments.AddTo(command);
        foreach (Option option in new Option[] { _format, _environment, _create, _replicas, _maxAge, _journalSize, _serverSize, _json })
        {
            command.Add(option);
        }

        _connection = ConnectionArguments.AddTo(command, host);
    }

    internal static Command Create(ToolHost host)
    {
        var command = new Verb(
            "init",
            Description,
            "earshot fleet init --app APP --service orders-api --service billing > fleet.conf",
            "earshot fleet init --app EU --app US --service EU:orders=orders.> --environment-passwords",
            "earshot fleet init --app APP --service orders-api --format nsc > fleet.sh",
            "earshot fleet init --create --server nats://n1 --user setup --password secret");
        var init = new InitCommand(command, host);
        command.SetAction((parsed, cancellationToken) => parsed.GetValue(init._create) ? init.CreateAsync(parsed, cancellationToken) : Task.FromResult(init.Print(parsed)));
        return command;
    }

    private int Print(ParseResult parsed)
    {
        Option[] ofStreams = [_replicas, _maxAge, _journalSize, _serverSize];
        if (ofStreams.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } ignored)
        {
            throw new ToolException(ExitCode.Usage, $"{ignored.Name} needs --create; the configuration of servers has no streams.");
        }

        var configuration = new FleetConfiguration { Apps = _apps.Read(parsed) };
        InitFormat format = parsed.GetValue(_format);
        bool areVariables = parsed.GetValue(_environment);
        if (format == InitFormat.Nsc && areVariables)
        {
            throw new ToolException(ExitCode.Usage, "--environment-passwords: there are no passwords with --format nsc; users have keys.");
        }

        string text = format == InitFormat.Nsc ? configuration.ToNscCommands() : configuration.ToText(areVariables ? Passwords.OfEnvironment : Passwords.Random);
        if (parsed.GetValue(_json))
        {
            // The commands make no user of the system account.
            FleetUser[] users = [.. configuration.Users.Where(user => format == InitFormat.Configuration || user.Account != configuration.SystemAccount)];
            JsonLines.Write(_host.Out, new ConfigurationAnswer(text, users, format.ToString()), FleetJson.Default.ConfigurationAnswer);
        }
        else
        {
            _host.Out.Write(text);
        }

        return ExitCode.Success;
    }

    private async Task<int> CreateAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        FleetStreamOptions options = Options(parsed);
        NatsOpts opts = _connection.ToOptions(parsed) with { InboxPrefix = FleetConfiguration.SetupInbox };
        ToolConnection connection = await ToolConnection.OpenAsync(opts, _host, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            IReadOnlyList<FleetStreamResult> results = await CreateAsync(connection, options, cancellationToken).ConfigureAwait(false);
            foreach (FleetStreamResult result in results)
            {
                Write(result, parsed.GetValue(_json));
            }

            return results.Any(result => result.Outcome == FleetStreamOutcome.Different) ? ExitCode.Negative : ExitCode.Success;
        }
    }

    private static async Task<IReadOnlyList<FleetStreamResult>> CreateAsync(ToolConnection connection, FleetStreamOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await FleetStreams.CreateAsync(connection.Nats.CreateJetStreamContext(), options, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException)
        {
            connection.ThrowIfDenied();
            throw;
        }
    }

    private void Write(FleetStreamResult result, bool isJson)
    {
        if (isJson)
        {
            JsonLines.Write(_host.Out, StreamAnswer.Of(result), FleetJson.Default.StreamAnswer);
            return;
        }

        Screen screen = _host.OpenScreen();
        string replicas = result.Replicas == 1 ? "1 replica" : string.Create(CultureInfo.InvariantCulture, $"{result.Replicas} replicas");
        (string outcome, Style style) = result.Outcome switch
        {
            FleetStreamOutcome.Created => ("created", TextStyle.Good),
            FleetStreamOutcome.Unchanged => ("is there, with the right settings", TextStyle.Good),
            _ => ("is there and differs; nothing was changed", TextStyle.Bad),
        };
        screen.Line(new Span($"{result.Name}  ", TextStyle.Heading), new Span(outcome, style), new Span($" ({replicas})"));
        foreach (FleetStreamDifference difference in result.Differences)
        {
            screen.Line(new Span(SafeText.Line($"    {difference.Setting} is {difference.Actual}, and should be {difference.Expected}")));
        }
    }

    private FleetStreamOptions Options(ParseResult parsed)
    {
        var age = TimeSpan.FromDays(7);
        if (parsed.GetValue(_maxAge) is { } text && (!Duration.TryParse(text, out age) || age < TimeSpan.FromMinutes(10)))
        {
            throw new ToolException(ExitCode.Usage, $"--max-age is '{text}'; it must be a duration of at least 10m, such as 48h.");
        }

        return new FleetStreamOptions
        {
            MaxAge = age,
            Replicas = parsed.GetValue(_replicas) is null or (>= 1 and <= 5) ? parsed.GetValue(_replicas) : throw new ToolException(ExitCode.Usage, $"--replicas is {parsed.GetValue(_replicas)}; it must be between 1 and 5."),
            JournalBytes = Bytes("--journal-size", parsed.GetValue(_journalSize)),
            ServerBytes = Bytes("--server-size", parsed.GetValue(_serverSize)),
        };
    }

    private static long Bytes(string option, double gibibytes) => gibibytes is > 0.0001 and < 1_000_000
        ? (long)(gibibytes * 1024 * 1024 * 1024)
        : throw new ToolException(ExitCode.Usage, string.Create(CultureInfo.InvariantCulture, $"{option} is {gibibytes}; it must be a number of GiB between 0.0001 and 1000000."));
}
