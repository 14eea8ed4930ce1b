using System.Runtime.CompilerServices;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// The messages of a read, which the workers of a run take in turns. A message counts as processed when its handler has ended. Safe for use
/// from any thread.
/// </summary>
internal sealed class HandledMessages<T>(INatsJSConsumer consumer, INatsJSConsume<T> consume) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<INatsJSMsg<T>> _messages = consume.Msgs.GetAsyncEnumerator(CancellationToken.None);
    private readonly IHandledRead? _read = consume as IHandledRead;
    private readonly SemaphoreSlim _turn = new(1);
    private ConsumerInfo? _info; // used by the worker whose turn it is, as the next fields
    private ConsumerTraits _traits = ConsumerTraits.Unknown;
    private bool _isOver;
    private volatile Exception? _failure;

    /// <summary>The exception with which the read ended; null when it ended without one.</summary>
    public Exception? Failure => _failure;

    /// <summary>Returns the next message and the values of its consumer; no message when the read is over.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(INatsJSMsg<T>? Msg, ConsumerTraits Traits)> NextAsync(CancellationToken canceled)
    {
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (!_isOver && !canceled.IsCancellationRequested && await _messages.MoveNextAsync().ConfigureAwait(false))
            {
                _read?.Detach();
                return (_messages.Current, Traits());
            }
        }
        catch (Exception e)
        {
            Fail(e);
        }
        finally
        {
            _turn.Release();
        }

        _isOver = true;
        return (null, _traits);
    }

    /// <summary>The run ends with this exception, unless it ends with an earlier one.</summary>
    public void Fail(Exception exception) => _failure ??= exception;

    /// <summary>The handler of the message has ended, and its ack was sent.</summary>
    public void Handled(INatsJSMsg<T> msg) => _read?.Handled(msg.Size);

    /// <summary>Ends the read. Completes when messages that were not handled are returned to the server.</summary>
    public async ValueTask DisposeAsync()
    {
        await _messages.DisposeAsync().ConfigureAwait(false);
        await consume.DisposeAsync().ConfigureAwait(false);
        _turn.Dispose();
    }

    private ConsumerTraits Traits()
    {
        ConsumerInfo? info = consumer.Info;
        if (!ReferenceEquals(info, _info))
        {
            (_info, _traits) = (info, info is null ? ConsumerTraits.Unknown : ConsumerTraits.Of(info));
        }

        return _traits;
    }
}
