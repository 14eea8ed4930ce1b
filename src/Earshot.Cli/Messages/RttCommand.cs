using System.CommandLine;
using System.Globalization;
using Earshot.Cli.Connecting;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Messages;

/// <summary>The verb <c>earshot rtt</c>: connects, and measures round trips of PING and PONG.</summary>
internal static class RttCommand
{
    internal static Command Create(ToolHost host)
    {
        var url = new Argument<string?>("url") { Description = "The server; without it, the environment or the selected context.", Arity = ArgumentArity.ZeroOrOne };
        var count = new Option<int>("--count", "-n") { Description = "The number of round trips.", DefaultValueFactory = static _ => 5 };
        var json = new Option<bool>("--json") { Description = "Write one JSON object." };
        var command = new Verb("rtt", "Connects to a server and measures the time from a PING to its PONG.", "earshot rtt nats://demo.example:4222", "earshot rtt --context production --count 20 --json") { url, count, json };
        var connection = ConnectionArguments.AddTo(command, host);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            int rounds = parsed.GetValue(count) is > 0 and <= 1_000_000 and var given ? given : throw new ToolException(ExitCode.Usage, "--count must be between 1 and 1000000.");
            var nats = new NatsConnection(connection.ToOptions(parsed, parsed.GetValue(url)));
            await using (nats.ConfigureAwait(false))
            {
                await nats.ConnectAsync(cancellationToken).ConfigureAwait(false);
                RttResult result = await MeasureAsync(nats, rounds, cancellationToken).ConfigureAwait(false);
                Show(result, host, parsed.GetValue(json));
                return result.Partial == true ? ExitCode.Cancelled : ExitCode.Success;
            }
        });
        return command;
    }

    // After Ctrl+C what was measured so far is the answer.
    private static async Task<RttResult> MeasureAsync(NatsConnection connection, int rounds, CancellationToken cancellationToken)
    {
        List<double> times = [];
        try
        {
            while (times.Count < rounds)
            {
                times.Add((await connection.PingAsync(cancellationToken).ConfigureAwait(false)).TotalSeconds);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && times.Count > 0)
        {
            // The rest is not measured.
        }

        // The URL of the command line may have credentials.
        NatsServer server = connection.Events.ToList().OfType<NatsConnectedEvent>().Last().Server;
        bool? isPartial = times.Count < rounds ? true : null;
        times.Sort();
        return new RttResult(server.Url.ToString().TrimEnd('/'), server.Name ?? "", times.Count, times[0], times[(times.Count - 1) / 2], times[^1]) { Partial = isPartial };
    }

    private static void Show(RttResult result, ToolHost host, bool isJson)
    {
        if (isJson)
        {
            JsonLines.Write(host.Out, result, MessagesJson.Default.RttResult);
            return;
        }

        Screen screen = host.OpenScreen();
        screen.Line(new Span(SafeText.Line($"{result.Server}  {result.Url}"), TextStyle.Heading));
        screen.Line(
            new Span(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Count} round trips: shortest {result.Min * 1000:0.000} ms, median {result.Median * 1000:0.000} ms, longest {result.Max * 1000:0.000} ms")),
            new Span(result.Partial == true ? " (partial: cancelled)" : "", TextStyle.Bad));
    }
}
