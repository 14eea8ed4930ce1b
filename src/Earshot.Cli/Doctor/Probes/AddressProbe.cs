using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Doctor;

/// <summary>Resolves the name, and connects to each of its addresses.</summary>
internal sealed class AddressProbe(ProbePlan plan, Examination examination)
{
    private const int MaxAddresses = 8;

    /// <summary>Returns a connection to the first address that accepts one, for the caller to dispose; null, with a finding, when there is none.</summary>
    public async Task<RawLink?> RunAsync(CancellationToken cancellationToken)
    {
        (string host, int port) = (plan.Host, plan.Port);
        if (plan.Opts.ProxyUrl is { } proxy)
        {
            (host, port) = (proxy.IdnHost.Trim('[', ']'), proxy.Port > 0 ? proxy.Port : 1080);
            examination.Ok("proxy", null, $"{proxy.Scheme}://{proxy.Host}:{port} resolves the name of the server and connects to it");
        }

        return await ResolveAsync(host, cancellationToken).ConfigureAwait(false) is { } addresses
            ? await ConnectAsync(addresses, port, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private async Task<IPAddress[]?> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
        {
            return [literal];
        }

        long start = plan.Time.GetTimestamp();
        examination.Begin("name", $"resolving {host}");
        try
        {
            IPAddress[] all = await Dns.GetHostAddressesAsync(host, cancellationToken).WaitAsync(plan.Timeout, plan.Time, cancellationToken).ConfigureAwait(false);
            IPAddress[] distinct = [.. all.Distinct()];
            IPAddress[] addresses = [.. distinct.Take(MaxAddresses)];
            string more = distinct.Length > MaxAddresses ? string.Create(CultureInfo.InvariantCulture, $", {distinct.Length - MaxAddresses} more not tried") : "";
            examination.Ok(
                "name",
                plan.Time.GetElapsedTime(start),
                $"{host} is {string.Join(", ", addresses.Select(static address => address.ToString()))}{more}",
                new JsonObject { ["host"] = host, ["addresses"] = new JsonArray([.. addresses.Select(static address => JsonValue.Create(address.ToString()))]) });
            return addresses;
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            string why = e is TimeoutException ? "the name servers do not answer" : e.Message;
            examination.Fail("name", plan.Time.GetElapsedTime(start), new Finding(
                ExitCode.Name, "name", $"{host}: {why}", $"The name '{host}' cannot be resolved: check its spelling and the name servers of this machine."));
            return null;
        }
    }

    private async Task<RawLink?> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        examination.Begin("tcp", $"connecting to {string.Join(", ", addresses.Select(address => new IPEndPoint(address, port).ToString()))}");
        (IPEndPoint Endpoint, TimeSpan Duration, RawLink? Link, Exception? Error)[] attempts =
            await Task.WhenAll(addresses.Select(address => TryAsync(new IPEndPoint(address, port), cancellationToken))).ConfigureAwait(false);
        RawLink? first = Array.Find(attempts, static attempt => attempt.Link is not null).Link;
        await Task.WhenAll(attempts.Where(attempt => attempt.Link is not null && attempt.Link != first).Select(attempt => CloseAsync(attempt.Link!, cancellationToken))).ConfigureAwait(false);
        foreach ((IPEndPoint endpoint, TimeSpan duration, _, Exception? error) in attempts)
        {
            var facts = new JsonObject { ["endpoint"] = endpoint.ToString() };
            if (error is null)
            {
                examination.Ok("tcp", duration, $"{endpoint} accepts connections", facts);
            }
            else if (first is not null)
            {
                examination.Warn("tcp", duration, $"{endpoint}: {Why(error)}", $"check why {endpoint}, another address of the name, {Verb(error)}.", facts);
            }
            else
            {
                examination.Fail("tcp", duration, Unreachable(endpoint, error), facts);
            }
        }

        return first;
    }

    private async Task CloseAsync(RawLink link, CancellationToken cancellationToken)
    {
        await using (link.ConfigureAwait(false))
        {
            await link.EndAsync(plan.Silence, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(IPEndPoint Endpoint, TimeSpan Duration, RawLink? Link, Exception? Error)> TryAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        long start = plan.Time.GetTimestamp();
        try
        {
            RawLink link = await RawLink.OpenAsync(endpoint, plan.Timeout, plan.Time, cancellationToken).ConfigureAwait(false);
            return (endpoint, plan.Time.GetElapsedTime(start), link, null);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (endpoint, plan.Time.GetElapsedTime(start), null, e);
        }
    }

    private Finding Unreachable(IPEndPoint endpoint, Exception error)
    {
        string what = plan.Opts.ProxyUrl is null ? "server" : "proxy";
        return error is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
            ? new Finding(ExitCode.Unreachable, "refused", $"{endpoint} refuses connections", $"Nothing listens on {endpoint}: start the {what}, or correct the port.")
            : new Finding(ExitCode.Unreachable, "unreachable", $"{endpoint}: {Why(error)}", $"The {what} {endpoint} cannot be reached: check the address, the network and firewalls in between.");
    }

    private string Why(Exception error) => error is SocketException socket ? socket.Message : $"no answer within {Moment.Measured(plan.Timeout)}";

    private static string Verb(Exception error) => error is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? "refuses connections" : "does not answer";
}
