using System.CommandLine;
using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;
using Earshot.Dashboard;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>The verb <c>earshot fleet page</c>: the page of the fleet for browsers on this machine, until Ctrl+C.</summary>
internal static class PageCommand
{
    private const string Description =
        """
        Shows the streams of a fleet as a live page: incidents as sentences, servers and connections over time, and what both sides say about a
        loss, until Ctrl+C. It writes the link to the standard output; the page is answered only for browsers on this machine that have the token of
        the link. It needs the streams that earshot fleet init creates, and a user that may read them.

        Exit codes: 20 the user may not read the streams; 21 there is no stream; 130 Ctrl+C.
        """;

    internal static Command Create(ToolHost host)
    {
        var port = new Option<int>("--port") { Description = "The port on this machine; 0: one that is free.", HelpName = "PORT" };
        var window = new Option<string?>("--window") { Description = "How far back it shows the streams, such as 6h; default 1h.", HelpName = "DURATION" };
        var addresses = new Option<NatsDashboardAddresses>("--addresses") { Description = "What is shown of IP addresses: keep, truncate or drop." };
        var json = new Option<bool>("--json") { Description = "Write the link as a JSON line." };
        var command = new Verb(
            "page",
            Description,
            "earshot fleet page --context ops",
            "earshot fleet page --server nats://n1,nats://n2 --user viewer --password secret --inbox-prefix _INBOX_VIEW --port 8080")
        { port, window, addresses, json };
        var streams = StreamArguments.AddTo(command);
        var connecting = ConnectionArguments.AddTo(command, host);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var page = new PageServer
            {
                Port = parsed.GetValue(port) is var number and >= 0 and <= 65535 ? number : throw new ToolException(ExitCode.Usage, $"--port is {parsed.GetValue(port)}; it must be 0 to 65535."),
                Window = StreamArguments.Time("--window", parsed.GetValue(window)) ?? TimeSpan.FromHours(1),
                Addresses = parsed.GetValue(addresses),
                IsJson = parsed.GetValue(json),
            };
            NatsOpts opts = streams.Apply(connecting.ToOptions(parsed), parsed) with { MaxReconnectRetry = -1 };
            ToolConnection connection = await ToolConnection.OpenAsync(opts, host, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                await RequireStreamsAsync(connection, cancellationToken).ConfigureAwait(false);
                await page.RunAsync(connection.Nats, host, cancellationToken).ConfigureAwait(false);
                return ExitCode.Success;
            }
        });
        return command;
    }

    // The page itself would only say so when it is opened.
    private static async Task RequireStreamsAsync(ToolConnection connection, CancellationToken cancellationToken)
    {
        FleetStreamReader reader = await FleetStreamReader.StartAsync(connection.Nats, new FleetReaderOptions { Window = TimeSpan.FromSeconds(1) }, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            StreamReading.ThrowIfNothing(reader.Read(), connection);
        }
    }
}
