using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;

namespace Earshot.Transport;

/// <summary>
/// Tries the addresses of a name in their order, for a caller that has one time limit for all of them: each but the last one has a second, so that
/// an address that does not respond leaves time for the others.
/// </summary>
internal static class AddressTrials
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    /// <summary>Returns the result of the first address that connects.</summary>
    /// <exception cref="SocketException">None did; the failure of the first address, which the resolver put in front.</exception>
    /// <exception cref="TimeoutException">None did, and the first address did not respond.</exception>
    /// <exception cref="OperationCanceledException">The time of the caller was over.</exception>
    public static async ValueTask<T> ConnectAsync<T>(IPAddress[] addresses, Func<IPAddress, CancellationToken, ValueTask<T>> connect, TimeProvider time, CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? first = null;
        for (int i = 0; i < addresses.Length; i++)
        {
            try
            {
                return i == addresses.Length - 1
                    ? await connect(addresses[i], cancellationToken).ConfigureAwait(false)
                    : await InTimeAsync(addresses[i], connect, time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or TimeoutException)
            {
                first ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        first?.Throw();
        throw new SocketException((int)SocketError.HostNotFound);
    }

    private static async ValueTask<T> InTimeAsync<T>(IPAddress address, Func<IPAddress, CancellationToken, ValueTask<T>> connect, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_longest, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await connect(address, both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{address} did not accept a connection within {s_longest.TotalSeconds:0} s.", e);
        }
    }
}
