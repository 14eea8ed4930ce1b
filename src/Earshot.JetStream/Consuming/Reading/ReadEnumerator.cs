using System.Runtime.CompilerServices;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// One enumeration of a read. A cancelled token ends it without an exception, after the current message or after the buffered ones; a token
/// that was cancelled before the first step throws, and nothing is sent. Unread messages are returned to the server in the background.
/// </summary>
internal sealed class ReadEnumerator<T>(ReadCall<T> call, CancellationTokenSource? linked, CancellationToken cancellationToken) : IAsyncEnumerator<INatsJSMsg<T>>
{
    private PullReader<T>? _reader; // set while the read runs
    private CancellationTokenRegistration _registration;
    private INatsJSMsg<T>? _current;
    private bool _hasBegun;
    private long _left = call.Settings.IsSingle ? call.Settings.MaxMsgs : long.MaxValue;

    public INatsJSMsg<T> Current => _current!;

    private bool IsLeft => cancellationToken.IsCancellationRequested && !call.DrainsOnCancel;

    public ValueTask<bool> MoveNextAsync() =>
        _reader is { } reader && !IsLeft && TryTake(reader) ? new ValueTask<bool>(true) : WaitAsync();

    public ValueTask DisposeAsync()
    {
        Leave(isDelayed: true);
        linked?.Dispose();
        return default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WaitAsync()
    {
        if (!_hasBegun)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await call.Consumer.Origin.Hub.Port.EnsureConnectedAsync(cancellationToken).ConfigureAwait(false);
            _hasBegun = true;
            _reader = call.Start();
            _registration = cancellationToken.UnsafeRegister(static engine => _ = ((PullEngine)engine!).StopAsync(), _reader.Engine);
        }

        while (_reader is { } reader)
        {
            if (IsLeft)
            {
                Leave(isDelayed: false);
                return false;
            }

            // Read before the queue is checked, so that messages enqueued before the end are found.
            bool isOver = reader.Engine.Queue.IsOver;
            if (TryTake(reader))
            {
                return true;
            }

            if (isOver)
            {
                End(reader);
                return false;
            }

            await WaitAsync(reader.Engine).ConfigureAwait(false);
        }

        return false;
    }

    private bool TryTake(PullReader<T> reader)
    {
        if (_left > 0 && reader.TryTake(out _current))
        {
            _left--;
            return true;
        }

        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WaitAsync(PullEngine engine)
    {
        try
        {
            await engine.Queue.WaitAsync(call.DrainsOnCancel ? CancellationToken.None : cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The loop checks the token.
        }
    }

    private void End(PullReader<T> reader)
    {
        _reader = null;
        _registration.Dispose();
        Exception? failure = reader.Engine.Failure();
        reader.Release(failure);
        UnreadMessages.Return(reader.Engine, call.Reporter, isDelayed: false); // an old inbox may deliver more than was requested
        if (failure is not null)
        {
            throw failure;
        }

        call.Consumer.Release(reader.Engine);
    }

    private void Leave(bool isDelayed)
    {
        if (_reader is not { } reader)
        {
            return;
        }

        _reader = null;
        _registration.Dispose();
        reader.Release();
        _ = UnreadMessages.StopAsync(reader.Engine, call.Reporter, isDelayed);
    }
}
