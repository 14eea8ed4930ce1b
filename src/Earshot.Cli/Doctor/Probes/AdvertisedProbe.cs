using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Earshot.Cli.Doctor;

/// <summary>Checks whether the addresses that the server advertises answer from here: a client goes there when this server stops.</summary>
internal sealed class AdvertisedProbe(ProbePlan plan, Examination examination)
{
    private const int MaxServers = 16;

    public async Task RunAsync(IReadOnlyList<string> urls, CancellationToken cancellationToken)
    {
        urls = [.. urls.Distinct()];
        if (urls.Count == 0)
        {
            return;
        }

        long start = plan.Time.GetTimestamp();
        examination.Begin("servers", $"connecting to the {Math.Min(urls.Count, MaxServers)} advertised addresses");
        (string Url, string? Problem)[] answers = await Task.WhenAll(urls.Take(MaxServers).Select(url => TryAsync(url, cancellationToken))).ConfigureAwait(false);
        var facts = new JsonObject(answers.Select(static answer => KeyValuePair.Create(answer.Url, (JsonNode?)(answer.Problem ?? "answers"))));
        TimeSpan duration = plan.Time.GetElapsedTime(start);
        string[] bad = [.. answers.Where(static answer => answer.Problem is not null).Select(static answer => $"{answer.Url} {answer.Problem}")];
        string more = urls.Count > MaxServers ? $", {urls.Count - MaxServers} not tried" : "";
        if (bad.Length == 0)
        {
            examination.Ok("servers", duration, $"all {answers.Length} advertised addresses answer from here{more}", facts);
            return;
        }

        examination.Warn(
            "servers",
            duration,
            $"{bad.Length} of {answers.Length} advertised addresses do not answer from here: {string.Join(", ", bad)}{more}",
            "check the advertised addresses that do not answer from here (client_advertise of those servers, firewalls): a client cannot reconnect to them.",
            facts);
    }

    private async Task<(string Url, string? Problem)> TryAsync(string url, CancellationToken cancellationToken)
    {
        if (url.LastIndexOf(':') is not (> 0 and int colon) || !ushort.TryParse(url.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return (url, "is not host:port");
        }

        try
        {
            string host = url[..colon].Trim('[', ']');
            IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(plan.Timeout, plan.Time, cancellationToken).ConfigureAwait(false);
            RawLink link = await RawLink.OpenAsync(new IPEndPoint(addresses[0], port), plan.Timeout, plan.Time, cancellationToken).ConfigureAwait(false);
            await using (link.ConfigureAwait(false))
            {
                // A server that starts with TLS says nothing, as one that hangs does; with --tlsfirst that is expected.
                await link.HearAsync(plan.Silence, cancellationToken).ConfigureAwait(false);
                PortKind kind = link.Kind;
                await link.EndAsync(plan.Silence, cancellationToken).ConfigureAwait(false);
                return (url, Problem(kind));
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return (url, e switch
            {
                SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "refuses connections",
                SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => "cannot be resolved",
                OperationCanceledException or TimeoutException => "does not answer",
                _ => $"cannot be reached ({e.Message})",
            });
        }
    }

    private string? Problem(PortKind kind) => kind switch
    {
        PortKind.Client => null,
        PortKind.Silent when plan.Opts.TlsOpts.Mode == TlsMode.Implicit => null,
        PortKind.Silent => "accepts connections and says nothing",
        PortKind.Closed => "closes every connection",
        _ => "is not a NATS server for clients",
    };
}
