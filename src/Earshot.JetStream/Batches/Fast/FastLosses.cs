using Earshot.Connections;

namespace Earshot.JetStream.Batches;

/// <summary>Finds the messages that a fast batch has lost, each once, and reports them to the application, on the thread pool.</summary>
internal sealed class FastLosses(ConnectionPort port, Action<NatsJSFastLoss>? handler)
{
    private readonly HashSet<long> _known = []; // the numbers of the present round, with those before it
    private readonly List<NatsJSFastLoss> _found = [];

    /// <summary>Marks the messages that an answer says are not stored.</summary>
    /// <param name="kept">The messages without an ack.</param>
    /// <param name="input">The answer: a gap, or the rejection of one message.</param>
    /// <param name="state">The state of the batch.</param>
    /// <returns>The number of messages that were not marked before: a batch that is started again has the gaps of the one before.</returns>
    public int Mark(IReadOnlyList<FastMessage> kept, in FastInput input, in FastState state)
    {
        _found.Clear();
        (long first, long last) = input.Kind == FastInputKind.Gap ? (input.Expected, input.Sequence - 1) : (input.Sequence, input.Sequence);
        int count = 0;
        for (long number = Math.Max(first, 1); number <= Math.Min(last, state.Sent); number++)
        {
            if (!_known.Add(state.Base + number))
            {
                continue;
            }

            if (number > state.Acked)
            {
                kept[(int)(number - state.Acked - 1)].IsLost = true;
            }

            Add(state.Base + number, input.Error);
            count++;
        }

        return count;
    }

    /// <summary>Reports what was marked last.</summary>
    public void Report()
    {
        foreach (NatsJSFastLoss loss in handler is null ? [] : _found)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.losses.Run(state.loss), (losses: this, loss), preferLocal: false);
        }
    }

    /// <summary>Forgets what the answers of a new round cannot name.</summary>
    /// <param name="before">The number of messages of the batch that earlier rounds have completed.</param>
    public void Forget(long before) => _known.RemoveWhere(number => number <= before);

    private void Add(long number, ApiError? error)
    {
        if (_found.Count > 0 && _found[^1].Last == number - 1)
        {
            _found[^1] = _found[^1] with { Last = number };
        }
        else
        {
            _found.Add(new NatsJSFastLoss(number, number, error));
        }
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
