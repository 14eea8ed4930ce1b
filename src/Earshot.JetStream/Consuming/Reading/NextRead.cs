using System.Runtime.CompilerServices;

namespace Earshot.JetStream.Consuming;

/// <summary>Reads one message: a single pull of one on the inbox that the consumer keeps.</summary>
internal static class NextRead
{
    /// <summary>The message, or null when the pull has expired without one.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; a message that comes nevertheless is given back.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<INatsJSMsg<T>?> ReadAsync<T>(ReadCall<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await call.Consumer.Origin.Hub.Port.EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
        PullReader<T> reader = call.Start();
        INatsJSMsg<T>? msg = null;
        try
        {
            // The engine is free for the next call when its pull is over, which is reported a moment after the message can be taken.
            while (true)
            {
                bool isOver = reader.Engine.Queue.IsOver;
                if (msg is null && reader.TryTake(out msg))
                {
                    continue;
                }

                if (isOver)
                {
                    break;
                }

                await reader.Engine.Queue.WaitAsync(msg is null ? cancellationToken : CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            _ = ReturnSlot.StopAsync(reader.Engine, call.Reporter, isDelayed: false);
            throw;
        }

        reader.Release();
        if (msg is null && reader.Engine.Failure() is { } failure)
        {
            throw failure;
        }

        ReturnSlot.Return(reader.Engine, call.Reporter, isDelayed: false); // an old inbox can bring more than was asked for on the new one
        call.Consumer.Release(reader.Engine);
        return msg;
    }
}
