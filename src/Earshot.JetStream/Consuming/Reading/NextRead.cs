using System.Runtime.CompilerServices;

namespace Earshot.JetStream.Consuming;

/// <summary>Reads one message: a single pull with a batch of one, on the inbox that the consumer keeps.</summary>
internal static class NextRead
{
    /// <summary>Returns the message, or null when the pull request expired without one.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled. A message that still arrives is returned to the server.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<INatsJSMsg<T>?> ReadAsync<T>(ReadCall<T> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await call.Consumer.Origin.Hub.Port.EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
        PullReader<T> reader = call.Start();
        INatsJSMsg<T>? msg = null;
        try
        {
            // The engine can be used by the next call when its pull has ended, which is reported shortly after the message can be taken.
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
        catch (OperationCanceledException e)
        {
            reader.Release(e);
            _ = UnreadMessages.StopAsync(reader.Engine, call.Reporter, isDelayed: false);
            throw;
        }

        Exception? failure = msg is null ? reader.Engine.Failure() : null;
        reader.Release(failure);
        if (failure is not null)
        {
            throw failure;
        }

        UnreadMessages.Return(reader.Engine, call.Reporter, isDelayed: false); // an old inbox may deliver more than was requested
        call.Consumer.Release(reader.Engine);
        return msg;
    }
}
