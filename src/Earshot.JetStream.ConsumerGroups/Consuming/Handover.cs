using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Earshot.JetStream.ConsumerGroups.Consuming;

/// <summary>The messages of a member as an enumeration: a message counts as processed when the next one is requested.</summary>
internal static class Handover
{
    /// <summary>The application acknowledges, and a message that it has not taken is returned to the server immediately.</summary>
    public static NatsJSRunOpts Options { get; } = new() { AckMode = NatsJSAckMode.Manual, DrainTimeout = TimeSpan.Zero };

    public static async IAsyncEnumerable<NatsPcgMsg<T>> EnumerateAsync<T>(
        Func<Func<NatsPcgMsg<T>, CancellationToken, Task>, CancellationToken, Task> run, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var channel = Channel.CreateUnbounded<HandedMessage<T>>();
        using var end = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task running = CompleteAsync(run((message, cancel) => HandAsync(channel, message, cancel, end.Token), stop.Token), channel.Writer);
        try
        {
            await foreach (HandedMessage<T> handed in channel.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                // Messages that are not taken before the end are returned to the server.
                if (cancellationToken.IsCancellationRequested)
                {
                    break;
                }

                if (handed.TryTake())
                {
                    yield return handed.Message;
                    handed.Processed();
                }
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // A stop or a change of the members cancels the token. The application may process the message at that moment: it is waited for, so that the
    // message is not delivered again meanwhile.
    private static async Task HandAsync<T>(Channel<HandedMessage<T>> channel, NatsPcgMsg<T> message, CancellationToken cancellationToken, CancellationToken end)
    {
        var handed = new HandedMessage<T>(message);
        channel.Writer.TryWrite(handed);
        try
        {
            await handed.WhenProcessed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!handed.TryWithdraw())
        {
            await handed.WhenProcessed.WaitAsync(end).ConfigureAwait(false);
        }
    }

    private static async Task CompleteAsync<T>(Task run, ChannelWriter<HandedMessage<T>> writer)
    {
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        writer.Complete(run.Exception?.InnerException);
    }
}
