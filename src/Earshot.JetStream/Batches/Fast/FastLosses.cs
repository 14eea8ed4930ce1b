using Earshot.Connections;

namespace Earshot.JetStream.Batches;

/// <summary>Reports the messages that a fast batch has lost to the application, on the thread pool.</summary>
internal sealed class FastLosses(ConnectionPort port, Action<NatsJSFastLoss>? handler)
{
    /// <summary>Reports the loss of an answer.</summary>
    /// <param name="input">The answer: a gap, or the rejection of one message.</param>
    /// <param name="before">The number of messages of the batch that earlier rounds have stored.</param>
    public void Report(in FastInput input, long before)
    {
        if (handler is null)
        {
            return;
        }

        NatsJSFastLoss loss = input.Kind == FastInputKind.Gap
            ? new NatsJSFastLoss(before + input.Expected, before + input.Sequence - 1, null)
            : new NatsJSFastLoss(before + input.Sequence, before + input.Sequence, input.Error);
        ThreadPool.UnsafeQueueUserWorkItem(static state => state.losses.Run(state.loss), (losses: this, loss), preferLocal: false);
    }

    private void Run(NatsJSFastLoss loss)
    {
        try
        {
            handler!(loss);
        }
        catch (Exception e)
        {
            port.Append(new NatsExceptionOccurredEvent { Exception = e, Origin = NatsExceptionOrigin.Callback });
        }
    }
}
