using System.Runtime.CompilerServices;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// The messages of one enumeration of a push consumer. A cancelled token ends it without an exception, after the current message or after the
/// buffered ones; a token that was cancelled before the first step throws, and nothing is sent.
/// </summary>
internal static class PushStream
{
    public static async IAsyncEnumerable<INatsJSMsg<T>> ReadAsync<T>(PushCall<T> call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await call.Consumer.EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
        PushReader<T> reader = await call.StartAsync(cancellationToken).ConfigureAwait(false);
        PushEngine engine = reader.Engine;
        bool isLeft = true;
        bool isCanceled;
        CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static engine => _ = ((PushEngine)engine!).StopAsync(), engine);
        try
        {
            while (!(isCanceled = cancellationToken.IsCancellationRequested && !call.DrainsOnCancel))
            {
                // Read before the queue is checked, so that messages enqueued before the end are found.
                bool isOver = engine.Queue.IsOver;
                if (reader.TryTake(out INatsJSMsg<T>? msg))
                {
                    yield return msg!;
                }
                else if (isOver)
                {
                    break;
                }
                else
                {
                    await WaitAsync(engine, call.DrainsOnCancel ? CancellationToken.None : cancellationToken).ConfigureAwait(false);
                }
            }

            isLeft = false;
        }
        finally
        {
            await registration.DisposeAsync().ConfigureAwait(false);
            reader.Release();
            _ = UnreadMessages.StopAsync(engine, call.Reporter, isDelayed: isLeft);
        }

        if (!isCanceled && engine.Failure() is { } failure)
        {
            throw failure;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask WaitAsync(PushEngine engine, CancellationToken cancellationToken)
    {
        try
        {
            await engine.Queue.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The loop checks the token.
        }
    }
}
