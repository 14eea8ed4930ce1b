using System.Net;

namespace Earshot.Transport;

/// <summary>Dials through a proxy that resolves the names. Chooses the kind of conversation; does not speak it.</summary>
internal sealed class ProxyDialer(ITransportDialer direct, Uri proxy) : ITransportDialer
{
    public bool ResolvesNames => false;

    /// <exception cref="ArgumentException">Not a proxy URL of a known kind; the text shows no credentials.</exception>
    public static void Validate(Uri proxy)
    {
        if (!proxy.IsAbsoluteUri || proxy.Scheme is not ("http" or "socks5") || proxy.Host.Length == 0)
        {
            throw new ArgumentException($"NatsOpts.ProxyUrl '{Diagnostics.Redact.Url(proxy.OriginalString)}' must be http://host:port or socks5://host:port.", nameof(proxy));
        }
    }

    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => direct.ResolveAsync(host, cancellationToken);

    public async ValueTask<ITransport> DialAsync(TransportTarget target, CancellationToken cancellationToken)
    {
        int port = proxy.Port > 0 ? proxy.Port : 1080;
        ITransport transport = await direct.DialAsync(new TransportTarget(proxy.Scheme, proxy.IdnHost.Trim('[', ']'), port), cancellationToken).ConfigureAwait(false);
        await using CancellationTokenRegistration abort = cancellationToken.UnsafeRegister(static t => ((ITransport)t!).Abort(), transport);
        try
        {
            string[] user = Uri.UnescapeDataString(proxy.UserInfo).Split(':', 2);
            (string, string)? credentials = proxy.UserInfo.Length > 0 ? (user[0], user.Length > 1 ? user[1] : "") : null;
            if (proxy.Scheme == "http")
            {
                await HttpConnect.AskAsync(transport, target, credentials).ConfigureAwait(false);
            }
            else
            {
                await Socks5.AskAsync(transport, target, credentials).ConfigureAwait(false);
            }

            return transport;
        }
        catch
        {
            transport.Abort();
            transport.Dispose();
            throw;
        }
    }
}
