using System.Text;
using Earshot.Diagnostics;

namespace Earshot.Transport;

/// <summary>Asks an HTTP proxy for a tunnel (RFC 9110, 9.3.6). Reads not one byte beyond the proxy's answer.</summary>
internal static class HttpConnect
{
    private const int LongestAnswer = 16 * 1024;

    /// <exception cref="IOException">The proxy refuses; the text has its status line.</exception>
    public static async ValueTask AskAsync(ITransport transport, TransportTarget target, (string User, string Password)? credentials)
    {
        string host = target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host;
        string request = $"CONNECT {host}:{target.Port} HTTP/1.1\r\nHost: {host}:{target.Port}\r\n";
        KnownSecrets? secrets = null;
        if (credentials is { } known)
        {
            string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{known.User}:{known.Password}"));
            request += $"Proxy-Authorization: Basic {basic}\r\n";
            secrets = KnownSecrets.Of(hasJwt: false, known.Password, basic);
        }

        await transport.SendAsync(Encoding.ASCII.GetBytes(request + "\r\n")).ConfigureAwait(false);

        var answer = new StringBuilder();
        byte[] one = new byte[1];
        while (answer.Length < LongestAnswer)
        {
            if (await transport.ReceiveAsync(one).ConfigureAwait(false) == 0)
            {
                throw new IOException("The proxy closed the connection without a response.");
            }

            answer.Append((char)one[0]);
            if (one[0] == '\n' && answer is [.., '\r', '\n', '\r', '\n'])
            {
                break;
            }
        }

        string status = answer.ToString().Split("\r\n")[0];
        if (status.Split(' ') is not [['H', 'T', 'T', 'P', '/', '1', '.', ..], ['2', _, _], ..])
        {
            throw new IOException($"The proxy rejected the tunnel to {host}:{target.Port}: {Redact.Printable(secrets?.Hide(status) ?? status)}");
        }
    }
}
