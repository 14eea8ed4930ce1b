using System.CommandLine;
using System.Globalization;
using Earshot.Cli.Connecting;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Earshot.JetStream;

namespace Earshot.Cli.Messages;

/// <summary>The verb <c>earshot pub</c>: publishes messages, and ends when the server has processed them.</summary>
internal static class PubCommand
{
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(2);

    internal static Command Create(ToolHost host)
    {
        var json = new Option<bool>("--json") { Description = "Write JSON objects." };
        var jetStream = new Option<bool>("--jetstream", "-j") { Description = "Wait for the stream's acknowledgement of each message, and show it." };
        var graph = new Option<bool>("--graph") { Description = "Show the rate once a second." };
        var command = new Verb(
            "pub", "Publishes messages and waits until the server has processed them.",
            "earshot pub orders.new \"two teas\"", "earshot pub orders.new -H Kind:tea --count 1000 --rate 50 --graph", "earshot pub orders.new --file order.json --jetstream");
        var outgoing = OutgoingArguments.AddTo(command, host, isRepeated: true);
        command.Add(jetStream);
        command.Add(graph);
        command.Add(json);
        var arguments = ConnectionArguments.AddTo(command, host);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(graph) && parsed.GetValue(json))
            {
                throw new ToolException(ExitCode.Usage, "--graph and --json exclude each other.");
            }

            NatsOpts opts = arguments.ToOptions(parsed);
            var plan = new PublishPlan(
                outgoing.Subject(parsed), await outgoing.PayloadAsync(parsed, cancellationToken).ConfigureAwait(false), outgoing.Headers(parsed), outgoing.Count(parsed), outgoing.Pace(parsed));
            ToolConnection connection = await ToolConnection.OpenAsync(opts, host, cancellationToken).ConfigureAwait(false);
            RateLines? rates = parsed.GetValue(graph) ? new RateLines(host) : null;
            long start = host.Time.GetTimestamp();
            int published;
            await using (connection.ConfigureAwait(false))
            {
                try
                {
                    Action<PubAckResponse>? stored = parsed.GetValue(jetStream) ? Stored(host, plan.Subject, parsed.GetValue(json), rates is not null) : null;
                    published = await PublishAsync(connection, plan, stored, rates, cancellationToken).ConfigureAwait(false);
                    await ConfirmAsync(connection, host, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    if (rates is not null)
                    {
                        await rates.DisposeAsync().ConfigureAwait(false);
                    }
                }
            }

            var answer = new PublishedAnswer(plan.Subject, published, (long)published * plan.Payload.Length, host.Time.GetElapsedTime(start).TotalSeconds) { Partial = published < plan.Count ? true : null };
            Show(host, answer, plan.Payload.Length, parsed.GetValue(json));
            return answer.Partial == true ? ExitCode.Cancelled : ExitCode.Success;
        });
        return command;
    }

    // Returns the number of messages, which is smaller after Ctrl+C.
    private static async Task<int> PublishAsync(ToolConnection connection, PublishPlan plan, Action<PubAckResponse>? stored, RateLines? rates, CancellationToken cancellationToken)
    {
        INatsJSContext? context = stored is null ? null : connection.Nats.CreateJetStreamContext();
        int count = 0;
        try
        {
            for (; count < plan.Count; count++)
            {
                await plan.Pace.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (context is null)
                {
                    await connection.Nats.PublishAsync(plan.Subject, plan.Payload, plan.Headers, cancellationToken: cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    await StoreAsync(context, plan, stored!, cancellationToken).ConfigureAwait(false);
                }

                rates?.Count();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && count > 0)
        {
            // What was published so far is the answer.
        }

        return count;
    }

    private static async Task StoreAsync(INatsJSContext context, PublishPlan plan, Action<PubAckResponse> stored, CancellationToken cancellationToken)
    {
        PubAckResponse ack = await context.PublishAsync(plan.Subject, plan.Payload, headers: plan.Headers, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (!ack.Duplicate)
        {
            ack.EnsureSuccess();
        }

        stored(ack);
    }

    // After Ctrl+C the server has a moment to process what it has received.
    private static async Task ConfirmAsync(ToolConnection connection, ToolHost host, CancellationToken cancellationToken)
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            await connection.ConfirmAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        using var moment = new CancellationTokenSource(s_moment, host.Time);
        try
        {
            await connection.ConfirmAsync(moment.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or NatsException)
        {
            host.Note("The server has not confirmed all of these messages.");
        }
    }

    private static Action<PubAckResponse> Stored(ToolHost host, string subject, bool isJson, bool isQuiet)
    {
        Screen screen = host.OpenScreen();
        return ack =>
        {
            if (isJson)
            {
                JsonLines.Write(host.Out, new StoredAnswer(subject, ack.Stream, ack.Seq, ack.Duplicate), MessagesJson.Default.StoredAnswer);
            }
            else if (!isQuiet)
            {
                string duplicate = ack.Duplicate ? " (stored before)" : "";
                screen.Line(new Span(string.Create(CultureInfo.InvariantCulture, $"stream {SafeText.Line(ack.Stream ?? "")}, sequence {ack.Seq}{duplicate}")));
            }
        };
    }

    private static void Show(ToolHost host, PublishedAnswer answer, int size, bool isJson)
    {
        if (isJson)
        {
            JsonLines.Write(host.Out, answer, MessagesJson.Default.PublishedAnswer);
            return;
        }

        string messages = answer.Messages == 1 ? "message" : "messages";
        host.OpenScreen().Line(
            new Span(string.Create(CultureInfo.InvariantCulture, $"{answer.Messages:N0} {messages} of {size:N0} bytes published to {SafeText.Line(answer.Subject)} in {answer.Seconds:0.000} s")),
            new Span(answer.Partial == true ? " (partial: cancelled)" : "", TextStyle.Bad));
    }
}
