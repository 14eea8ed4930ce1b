namespace Earshot.Outbound;

/// <summary>
/// Whether there is room for one more frame, which callers wait for room, and the events about it. All members except
/// <see cref="MaxPayload"/> and <see cref="HasDeferredActions"/> require the outbound lock. It contains no bytes.
/// </summary>
internal struct OutboundAdmission()
{
    private long _maxPayload = long.MaxValue;
    private bool _isMigrating; // a working session was left as planned, and the next one is expected any moment
    private bool _isClosed;
    private Watermarks _watermarks;
    private SpaceQueue _space;
    private DeferredActions _after;

    /// <summary>The effective payload limit of the server, headers included; unlimited until a server has reported one.</summary>
    public long MaxPayload
    {
        readonly get => Volatile.Read(in _maxPayload);
        set => Volatile.Write(ref _maxPayload, value);
    }

    public readonly bool IsClosed => _isClosed;

    /// <inheritdoc cref="DeferredActions.IsNeeded"/>
    public readonly bool HasDeferredActions => _after.IsNeeded;

    /// <summary>What is carried out when the lock was left.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public ref DeferredActions After => ref _after;

    /// <summary>The answer for a message of at most <paramref name="size"/> bytes whose caller has not waited, or has its turn.</summary>
    public AppendResult For(in OutgoingMessage message, int size, bool needsSession, in WriteQueue queue, OutboundOptions options)
    {
        if (message.Size > MaxPayload)
        {
            return AppendResult.TooLarge;
        }

        bool isAttached = queue.Flusher is not null;
        AppendResult result = For(size, message.IsGranted && isAttached ? 0 : queue.Gathered, isAttached, needsSession, options);
        return result == AppendResult.Appended && !message.IsGranted && _space.First is not null ? AppendResult.MustWait : result;
    }

    /// <summary>Appends waiting publishes in their order, as far as there is room. Each caller is checked one time, when it is its turn.</summary>
    public void Serve(ref WriteQueue queue, OutboundOptions options)
    {
        int granted = 0; // to callers that append themselves
        while (_space.First is { } first)
        {
            bool isAttached = queue.Flusher is not null;
            AppendResult result = first.Message?.Size > MaxPayload
                ? AppendResult.TooLarge
                : For(first.Size, queue.Gathered + granted, isAttached, needsSession: first.Message is null, options);
            if (result == AppendResult.MustWait)
            {
                return;
            }

            if (result == AppendResult.Appended && first.Message is { } message)
            {
                AppendOrFail(first, message, ref queue, options);
            }
            else if (result == AppendResult.Appended)
            {
                granted += first.Size;
            }

            _space.TryLeave(first);
            first.Result = result;
            _after.Add(first);
        }
    }

    /// <summary>A caller has appended a message; returns what it has to do next.</summary>
    public NextWrite Appended(NextWrite next, ref WriteQueue queue, OutboundOptions options)
    {
        if (!next.IsDelegated)
        {
            Grown(queue, options);
        }
        else if (next.Flusher is not null)
        {
            Shrunk(ref queue, options);
        }

        return next;
    }

    /// <summary>Makes what is next the batch, which may make room. False: there is nothing to write.</summary>
    public bool TryNextBatch(ref WriteQueue queue, OutboundOptions options)
    {
        int gathered = queue.Gathered;
        if (!queue.TryNextBatch())
        {
            return false;
        }

        if (queue.Gathered < gathered)
        {
            Shrunk(ref queue, options);
        }

        return true;
    }

    public void Enter(SpaceWaiter waiter) => _space.Enter(waiter);

    /// <inheritdoc cref="SpaceQueue.TryLeave"/>
    public bool TryLeave(SpaceWaiter waiter) => _space.TryLeave(waiter);

    /// <summary>A planned move begins or is over.</summary>
    public void SetMigrating(bool isMoving) => _isMigrating = isMoving;

    public void Close()
    {
        (_isClosed, _isMigrating) = (true, false);
        _watermarks.Reset();
    }

    /// <summary>A connection that failed starts again.</summary>
    public void Reopen() => Volatile.Write(ref _isClosed, false);

    private AppendResult For(int size, int length, bool isAttached, bool needsSession, OutboundOptions options)
    {
        if (_isClosed)
        {
            return AppendResult.Closed;
        }

        if (isAttached)
        {
            return length < options.WriteThreshold || length == 0 ? AppendResult.Appended : AppendResult.MustWait;
        }

        if (needsSession || options.Policy == NatsPendingBufferPolicy.NoBuffering)
        {
            return _isMigrating && !needsSession ? AppendResult.MustWait : AppendResult.NoSession;
        }

        if (length + size <= options.Limit)
        {
            return AppendResult.Appended;
        }

        Report(_watermarks.Full(options));
        return options.Policy == NatsPendingBufferPolicy.Wait ? AppendResult.MustWait : AppendResult.Full;
    }

    // What a caller waits with may have become unreadable, or have changed, meanwhile. That is a fault of its publish and of no other.
    private void AppendOrFail(SpaceWaiter waiter, QueuedPublish message, ref WriteQueue queue, OutboundOptions options)
    {
        try
        {
            queue.AppendQueued(message, waiter.Size);
        }
        catch (Exception e)
        {
            waiter.Failure = e;
            return;
        }

        Grown(queue, options);
    }

    private void Grown(in WriteQueue queue, OutboundOptions options)
    {
        if (queue.Flusher is null)
        {
            Report(_watermarks.Grown(queue.Gathered, options));
        }
    }

    // All queued frames have been handed to a write.
    private void Shrunk(ref WriteQueue queue, OutboundOptions options)
    {
        Report(_watermarks.Shrunk(options));
        Serve(ref queue, options);
    }

    private void Report(NatsConnectionEvent? e)
    {
        if (e is not null)
        {
            _after.Add(e);
        }
    }
}
