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
        var channel = Channel.CreateUnbounded<(NatsPcgMsg<T> Message, TaskCompletionSource Done)>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task running = CompleteAsync(run((message, cancel) => HandAsync(channel, message, cancel), stop.Token), channel.Writer);
        try
        {
            await foreach ((NatsPcgMsg<T> message, TaskCompletionSource done) in channel.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                // Messages that are not taken before the end are returned to the server.
                if (cancellationToken.IsCancellationRequested)
                {
                    break;
                }

                yield return message;
                done.TrySetResult();
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task HandAsync<T>(Channel<(NatsPcgMsg<T> Message, TaskCompletionSource Done)> channel, NatsPcgMsg<T> message, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.Writer.TryWrite((message, done));
        await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task CompleteAsync<T>(Task run, ChannelWriter<(NatsPcgMsg<T> Message, TaskCompletionSource Done)> writer)
    {
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        writer.Complete(run.Exception?.InnerException);
    }
}
