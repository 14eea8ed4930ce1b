using Earshot.JetStream;
using Earshot.Simulation.Scheduling;
using Earshot.Simulation.Streams.Store;

namespace Earshot.Simulation.Streams.Reads;

/// <summary>What the application does with the messages of a durable consumer: checks them, and acknowledges them, or not.</summary>
internal sealed class MessageHandling(StreamContext context)
{
    private static readonly TimeSpan s_confirmation = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(500);

    private Chance Chance => context.Chance;

    /// <summary>Called with each message that was received.</summary>
    public Action<StreamMessage> Received { get; init; } = static _ => { };

    /// <summary>How long the messages of one batch may take.</summary>
    public static TimeSpan Longest(int messages) => messages * (s_slow + s_confirmation + TimeSpan.FromSeconds(5));

    public async Task HandleAsync(string consumer, INatsJSMsg<byte[]> msg)
    {
        ulong sequence = msg.Metadata?.Sequence.Stream ?? 0;
        if (context.Site.Store.Find(msg.Data) is not { } message || !message.WasAt(sequence))
        {
            context.Report("received-was-stored", $"{consumer} delivered the sequence {sequence}, which never had this message: {context.Site.Store.Find(msg.Data)}");
            return;
        }

        Received(message);
        context.Log($"{consumer} delivers {sequence}, {message}");
        if (!context.IsStopped && Chance.Is(0.1))
        {
            await context.PauseAsync(s_slow).ConfigureAwait(false);
        }

        await AcknowledgeAsync(consumer, msg, sequence).ConfigureAwait(false);
    }

    private Task AcknowledgeAsync(string consumer, INatsJSMsg<byte[]> msg, ulong sequence) => (context.IsStopped ? 0 : Chance.Below(10)) switch
    {
        < 4 => RunAsync($"ack {sequence}", token => msg.AckAsync(cancellationToken: token).AsTask()),
        < 7 => ConfirmAsync(consumer, msg, sequence),
        7 => RunAsync($"nak {sequence}", token => msg.NakAsync(new AckOpts { NakDelay = Chance.Of(TimeSpan.Zero, TimeSpan.FromSeconds(1)) }, token).AsTask()),
        8 => RunAsync($"progress {sequence}", token => msg.AckProgressAsync(cancellationToken: token).AsTask()),
        _ => Task.CompletedTask,
    };

    // A confirmed ack is settled at the server, unless the stream has lost the message or the consumer was made again since.
    private Task ConfirmAsync(string consumer, INatsJSMsg<byte[]> msg, ulong sequence)
    {
        int drops = context.Site.Store.Drops;
        return RunAsync($"double ack {sequence}", async token =>
        {
            NatsJSAckOutcome outcome = await msg.TryAckAsync(new AckOpts { DoubleAck = true }, token).ConfigureAwait(false);
            context.Log($"double ack of {sequence}: {outcome}");
            if (outcome is NatsJSAckOutcome.Confirmed && context.Site.Store.Drops == drops && !context.Site.WasDeleted(consumer) && context.Site.AwaitsAck(consumer, sequence))
            {
                context.Report("ack-true", $"the ack of {sequence} was confirmed, and {consumer} waits for it");
            }
        });
    }

    private Task RunAsync(string name, Func<CancellationToken, Task> call) =>
        context.Check.RunAsync(name, context.Bound(s_confirmation), call, context.CancelAfter(s_confirmation));
}
