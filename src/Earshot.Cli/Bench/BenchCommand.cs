using System.CommandLine;
using System.Runtime.ExceptionServices;
using Earshot.Cli.Connecting;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Bench;

/// <summary>The verb <c>earshot bench</c>: measures rates and latencies of this client with a server.</summary>
internal static class BenchCommand
{
    private const long DefaultMessages = 100_000;
    private const long DefaultRoundTrips = 10_000;

    internal static Command Create(ToolHost host)
    {
        Verb publish = Make(host, "pub", "Publishes to a subject; the time runs until the server has processed all.", DefaultMessages, static (plan, _) => new PublishLoad(plan), out _);
        Verb subscribe = Make(host, "sub", "Receives the messages of a subject, from the first to the last of --msgs.", DefaultMessages, static (plan, _) => new SubscribeLoad(plan), out _);
        Verb request = Make(host, "request", "Sends requests one after another; `earshot reply SUBJECT --echo --quiet` answers.", DefaultRoundTrips, static (plan, time) => new RequestLoad(plan, time), out _);
        return new Verb(
            "bench", "Measures rates and latencies: publish, subscribe, request, and streams.",
            "earshot bench pub bench.x --msgs 1000000 --size 128", "earshot bench request echo --clients 4 --duration 10", "earshot bench js-pub bench.js --create --json")
        {
            publish, subscribe, request, StreamPublish(host), StreamConsume(host),
        };
    }

    private static Verb StreamPublish(ToolHost host)
    {
        var window = new Option<int>("--window") { Description = "Messages of a client without an acknowledgement; above 1, latencies are not measured.", DefaultValueFactory = static _ => 1 };
        var create = new Option<bool>("--create") { Description = "Create the stream EARSHOT_BENCH for the subject, in memory, and delete it at the end." };
        Verb command = Make(host, "js-pub", "Publishes to the stream of a subject, and waits for acknowledgements.", DefaultRoundTrips, static (plan, time) => new StreamPublishLoad(plan, time), out Plans plans);
        command.Add(window);
        command.Add(create);
        plans.Extend = (plan, parsed) => plan with { Window = BenchArguments.Positive(parsed, window), CreatesStream = parsed.GetValue(create) };
        return command;
    }

    private static Verb StreamConsume(ToolHost host)
    {
        var noAck = new Option<bool>("--no-ack") { Description = "Read without acknowledging the messages." };
        var consume = new Option<bool>("--consume-messages") { Description = "Also read a stream whose retention is Workqueue or Interest; it removes the messages that are read." };
        Verb command = Make(host, "js-consume", "Reads a stream from its beginning with a temporary consumer that all clients share.", null, static (plan, _) => new StreamConsumeLoad(plan), out Plans plans);
        command.Add(noAck);
        command.Add(consume);
        plans.Extend = (plan, parsed) => plan with { Acknowledges = !parsed.GetValue(noAck), ConsumesMessages = parsed.GetValue(consume) };
        return command;
    }

    private static Verb Make(ToolHost host, string kind, string description, long? defaultMessages, Func<BenchPlan, TimeProvider, BenchLoad> load, out Plans plans)
    {
        string example = kind switch { "js-pub" => "bench.js --create", "js-consume" => "ORDERS", "request" => "echo", _ => "bench.x" };
        var command = new Verb(kind, description, $"earshot bench {kind} {example}", $"earshot bench {kind} {example} --clients 2 --duration 5 --csv rates.csv");
        var arguments = BenchArguments.AddTo(command, kind == "js-consume" ? "stream" : "subject", defaultMessages);
        var connection = ConnectionArguments.AddTo(command, host);
        var extension = new Plans();
        command.SetAction(async (parsed, cancellationToken) =>
        {
            BenchPlan plan = extension.Extend(arguments.ToPlan(parsed, kind), parsed);
            BenchOutcome outcome = await new BenchRun(plan, load(plan, host.Time), host).RunAsync(connection.ToOptions(parsed), cancellationToken).ConfigureAwait(false);
            if (outcome.Result is { } result)
            {
                await ShowAsync(result, host, arguments.IsJson(parsed), arguments.CsvFile(parsed)).ConfigureAwait(false);
            }

            if (outcome.Failure is not null)
            {
                ExceptionDispatchInfo.Throw(outcome.Failure);
            }

            return ExitCode.Success;
        });
        plans = extension;
        return command;
    }

    private static async Task ShowAsync(BenchResult result, ToolHost host, bool isJson, string? table)
    {
        if (isJson)
        {
            JsonLines.Write(host.Out, result, BenchJson.Default.BenchResult);
        }
        else
        {
            BenchView.Write(host.OpenScreen(), result);
        }

        await (table is null ? Task.CompletedTask : File.WriteAllLinesAsync(table, BenchView.Csv(result))).ConfigureAwait(false);
    }

    // What the options of one kind add to the plan of all.
    private sealed class Plans
    {
        internal Func<BenchPlan, ParseResult, BenchPlan> Extend { get; set; } = static (plan, _) => plan;
    }
}
