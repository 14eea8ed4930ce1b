using System.CommandLine;
using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>The verb <c>earshot fleet serve</c>: runs a collector until Ctrl+C.</summary>
internal sealed class ServeCommand
{
    private const string Description =
        """
        Collects the events of all servers and stores them in the stream EARSHOT_SERVERS, without credentials, until Ctrl+C. It needs the user collector of
        the configuration that fleet init prints. Run two on different machines: every event is stored once.
        """;

    private readonly ToolHost _host;
    private readonly Option<string> _every = new("--every") { Description = "How often the counters are written.", HelpName = "DURATION", DefaultValueFactory = static _ => "10s" };
    private readonly Option<FleetAddressPolicy> _addresses = new("--addresses") { Description = "What is kept of the addresses of clients: keep, truncate to the network, or drop." };
    private readonly Option<bool> _json = new("--json") { Description = "Write the counters as JSON lines." };
    private readonly ConnectionArguments _connection;

    private ServeCommand(Command command, ToolHost host)
    {
        _host = host;
        command.Add(_every);
        command.Add(_addresses);
        command.Add(_json);
        _connection = ConnectionArguments.AddTo(command, host);
    }

    internal static Command Create(ToolHost host)
    {
        var command = new Verb(
            "serve",
            Description,
            "earshot fleet serve --server nats://n1,nats://n2,nats://n3 --user collector --password secret",
            "earshot fleet serve --context collector --addresses truncate --every 1m --json");
        var serve = new ServeCommand(command, host);
        command.SetAction(serve.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (!Duration.TryParse(parsed.GetValue(_every)!, out TimeSpan every) || every < TimeSpan.FromMilliseconds(100))
        {
            throw new ToolException(ExitCode.Usage, $"--every is '{parsed.GetValue(_every)}'; it must be a duration of at least 100ms, such as 10s.");
        }

        NatsOpts opts = _connection.ToOptions(parsed) with
        {
            Name = "earshot-fleet",
            InboxPrefix = FleetConfiguration.CollectorInbox,
            ProbeDelay = FleetCollector.ProbeDelay,
            ProbeTimeout = FleetCollector.ProbeTimeout,
        };
        ToolConnection connection = await ToolConnection.OpenAsync(opts, _host, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var options = new FleetCollectorOptions { Redaction = new FleetRedaction { Addresses = parsed.GetValue(_addresses) } };
            var collector = new FleetCollector(connection.Nats, options: options);
            await using (collector.ConfigureAwait(false))
            {
                await collector.StartAsync(cancellationToken).ConfigureAwait(false);
                var lines = new CollectorLines(_host, parsed.GetValue(_json));
                try
                {
                    await ShowAsync(collector, lines, every, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    await collector.StopAsync(CancellationToken.None).ConfigureAwait(false);
                    lines.Write(collector.Counters);
                }

                return ExitCode.Success;
            }
        }
    }

    // Ctrl+C ends it with an exception, which has the exit code of every verb.
    private async Task ShowAsync(FleetCollector collector, CollectorLines lines, TimeSpan every, CancellationToken cancellationToken)
    {
        lines.Started();
        while (!collector.Completion.IsCompleted)
        {
            var next = Task.Delay(every, _host.Time, cancellationToken);
            await Task.WhenAny(next, collector.Completion).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (next.IsCompleted)
            {
                lines.Write(collector.Counters);
            }
        }

        await collector.Completion.ConfigureAwait(false);
    }
}
