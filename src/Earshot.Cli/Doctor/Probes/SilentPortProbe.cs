using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Earshot.Cli.Doctor;

/// <summary>
/// Finds out what a port is for that says nothing by itself: HTTP, WebSocket, MQTT and TLS wait for the client. Each is tried on a connection
/// of its own, simultaneously; the first that is recognised counts.
/// </summary>
internal sealed class SilentPortProbe(ProbePlan plan, TlsExamination tls)
{
    // CONNECT with a version that does not exist: the answer is a CONNACK, and no session is created.
    private static readonly byte[] s_mqtt = [0x10, 12, 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 0x7F, 2, 0, 60, 0, 0];

    /// <summary>Returns the finding; null when the server has said after all that it is one for clients.</summary>
    /// <param name="link">The connection on which nothing has come yet; it is read further.</param>
    /// <param name="cancellationToken">Ends the probe.</param>
    public async Task<Finding?> RunAsync(RawLink link, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        string port = plan.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        List<Task<(PortKind Kind, Finding? Finding)>> probes =
        [
            LateAsync(link, port, done.Token),
            TryAsync(link.Endpoint, (raw, token) => HttpAsync(raw, port, token), done.Token),
            TryAsync(link.Endpoint, (raw, token) => MqttAsync(raw, port, token), done.Token),
            TryAsync(link.Endpoint, (raw, token) => TlsAsync(raw, port, token), done.Token),
        ];
        (PortKind Kind, Finding? Finding) answer = (PortKind.Silent, null);
        await foreach (Task<(PortKind Kind, Finding? Finding)> probe in Task.WhenEach(probes).ConfigureAwait(false))
        {
            answer = await probe.ConfigureAwait(false);
            if (answer.Kind is not (PortKind.Silent or PortKind.Closed))
            {
                break;
            }
        }

        await done.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(probes).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return answer.Kind switch
        {
            PortKind.Client => answer.Finding,
            PortKind.Silent or PortKind.Closed => PortRules.Wrong(link.Kind == PortKind.Closed ? PortKind.Closed : PortKind.Silent, port, plan.Scheme),
            _ => answer.Finding,
        };
    }

    private async Task<(PortKind, Finding?)> LateAsync(RawLink link, string port, CancellationToken cancellationToken)
    {
        try
        {
            await link.HearAsync(plan.Timeout, cancellationToken).ConfigureAwait(false);
            return link.Kind is PortKind.Client or PortKind.Error ? (PortKind.Client, null) : Answer(link.Kind, port, plan.Scheme);
        }
        catch (OperationCanceledException)
        {
            return (PortKind.Silent, null);
        }
    }

    private async Task<(PortKind, Finding?)> TryAsync(IPEndPoint endpoint, Func<RawLink, CancellationToken, Task<(PortKind, Finding?)>> probe, CancellationToken cancellationToken)
    {
        try
        {
            RawLink link = await RawLink.OpenAsync(endpoint, plan.Timeout, plan.Time, cancellationToken).ConfigureAwait(false);
            await using (link.ConfigureAwait(false))
            {
                return await probe(link, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or TlsFailedException)
        {
            return (PortKind.Silent, null);
        }
    }

    // An error is no answer to this question: a server for something else may send one too.
    private async Task<(PortKind, Finding?)> HttpAsync(RawLink link, string port, CancellationToken cancellationToken)
    {
        await link.SendAsync(Upgrade(), cancellationToken).ConfigureAwait(false);
        await link.HearAsync(plan.Timeout, cancellationToken).ConfigureAwait(false);
        bool isError = link.Heard.StartsWith("HTTP/1.0 4"u8) || link.Heard.StartsWith("HTTP/1.1 4"u8);
        return link.Kind is PortKind.Http or PortKind.WebSocket && !isError ? Answer(link.Kind, port, plan.Scheme) : (PortKind.Silent, null);
    }

    private async Task<(PortKind, Finding?)> MqttAsync(RawLink link, string port, CancellationToken cancellationToken)
    {
        await link.SendAsync(s_mqtt, cancellationToken).ConfigureAwait(false);
        await link.HearAsync(plan.Timeout, cancellationToken).ConfigureAwait(false);
        return link.Kind == PortKind.Mqtt ? Answer(PortKind.Mqtt, port, plan.Scheme) : (PortKind.Silent, null);
    }

    private async Task<(PortKind, Finding?)> TlsAsync(RawLink link, string port, CancellationToken cancellationToken)
    {
        await link.EncryptAsync(tls, plan.Timeout, cancellationToken).ConfigureAwait(false);
        await link.HearAsync(plan.Silence, cancellationToken).ConfigureAwait(false);
        if (link.Kind == PortKind.Silent)
        {
            await link.SendAsync(Upgrade(), cancellationToken).ConfigureAwait(false);
            await link.HearAsync(plan.Timeout, cancellationToken).ConfigureAwait(false);
        }

        return link.Kind == PortKind.Client ? (PortKind.Client, TlsPlan.First) : Answer(link.Kind is PortKind.Silent or PortKind.Closed ? PortKind.Other : link.Kind, port, "wss");
    }

    private static (PortKind, Finding?) Answer(PortKind kind, string port, string scheme) => (kind, PortRules.Wrong(kind, port, scheme));

    private byte[] Upgrade() => Encoding.ASCII.GetBytes(
        $"GET / HTTP/1.1\r\nHost: {plan.Host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ZWFyc2hvdCBkb2N0b3IhIQ==\r\n\r\n");
}
