namespace Earshot.JetStream.Consuming;

/// <summary>The messages of a read. The read starts with the first step of an enumeration and ends with the enumeration.</summary>
internal sealed class ReadStream<T>(ReadCall<T> call, CancellationToken cancellationToken) : IAsyncEnumerable<INatsJSMsg<T>>
{
    public IAsyncEnumerator<INatsJSMsg<T>> GetAsyncEnumerator(CancellationToken own = default)
    {
        if (!cancellationToken.CanBeCanceled || cancellationToken == own)
        {
            return new ReadEnumerator<T>(call, null, own);
        }

        if (!own.CanBeCanceled)
        {
            return new ReadEnumerator<T>(call, null, cancellationToken);
        }

        var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, own);
        return new ReadEnumerator<T>(call, both, both.Token);
    }
}
