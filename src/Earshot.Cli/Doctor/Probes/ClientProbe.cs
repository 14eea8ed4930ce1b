using System.Text.Json.Nodes;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Doctor;

/// <summary>Connects the Earshot client itself, which authenticates, and examines the session.</summary>
internal sealed class ClientProbe(ProbePlan plan, Examination examination, CredentialFacts credentials)
{
    private const int Pings = 10;

    /// <param name="server">What INFO said; null when only the client gets that far (WebSocket, proxy).</param>
    /// <param name="cancellationToken">Ends the probe.</param>
    public async Task RunAsync(ServerFacts? server, CancellationToken cancellationToken)
    {
        // One attempt per address of this server; the examination is over when the connection is lost.
        var connection = new NatsConnection(plan.Opts with { RetryOnInitialConnect = false, MaxReconnectRetry = 0, IgnoreDiscoveredServers = true, NoRandomize = true });
        await using (connection.ConfigureAwait(false))
        {
            if (!await ConnectAsync(connection, server, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            try
            {
                await MeasureAsync(connection, cancellationToken).ConfigureAwait(false);
                await new PermissionProbe(plan, examination).RunAsync(connection, cancellationToken).ConfigureAwait(false);
                await new AccountProbe(plan, examination).RunAsync(connection, cancellationToken).ConfigureAwait(false);
                ReportLimits(connection.ServerInfo!);
            }
            catch (Exception e) when (e is NatsConnectionClosedException or NatsConnectionLostException)
            {
                examination.Fail("session", null, new Finding(
                    ExitCode.Lost, "lost", e.Message, "The connection is accepted and then lost: look into the log of the server for the reason."));
            }
        }
    }

    private async Task<bool> ConnectAsync(NatsConnection connection, ServerFacts? server, CancellationToken cancellationToken)
    {
        long start = plan.Time.GetTimestamp();
        examination.Begin("login", $"the client connects and authenticates ({credentials.Name})");
        DateTimeOffset now = plan.Time.GetUtcNow();
        try
        {
            await connection.ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NatsConnectionFailedException e) when (e.Failures is [.., { } last])
        {
            examination.Fail(StepOf(last.Phase), plan.Time.GetElapsedTime(start), LoginRules.Of(last.Phase, last.Exception, credentials, server, now), credentials.Jwt?.ToJson());
            return false;
        }
        catch (NatsException e)
        {
            examination.Fail("login", plan.Time.GetElapsedTime(start), LoginRules.Of(NatsConnectPhase.Authentication, e, credentials, server, now), credentials.Jwt?.ToJson());
            return false;
        }

        NatsConnectTimings? timings = connection.Events.ToList().OfType<NatsConnectedEvent>().LastOrDefault()?.Timings;
        if (server is null)
        {
            ReportClientsView(connection.ServerInfo!, timings);
        }

        if (LoginRules.Reminder(credentials, now) is { } reminder)
        {
            examination.Warn("login", timings?.Authentication, credentials.Describe(now), reminder, credentials.Jwt?.ToJson());
        }
        else
        {
            examination.Ok("login", timings?.Authentication, $"accepted: {credentials.Describe(now)}", credentials.Jwt?.ToJson());
        }

        return true;
    }

    // What the examination could not see itself.
    private void ReportClientsView(INatsServerInfo info, NatsConnectTimings? timings)
    {
        if (timings?.Tls is { } tls && !examination.Steps.Any(static step => step.Name == "tls"))
        {
            examination.Ok("tls", tls, "established and accepted by the client");
        }

        if (timings?.WebSocket is { } webSocket)
        {
            examination.Ok("websocket", webSocket, "the server switches to WebSocket");
        }

        var facts = ServerFacts.Of(info);
        examination.Ok("info", timings?.Info, facts.ToString(), facts.ToJson());
    }

    private async Task MeasureAsync(NatsConnection connection, CancellationToken cancellationToken)
    {
        double[] times = new double[Pings];
        examination.Begin("pong", $"waiting for the answers to {Pings} pings");
        for (int i = 0; i < Pings; i++)
        {
            times[i] = (await connection.PingAsync(cancellationToken).ConfigureAwait(false)).TotalMilliseconds;
        }

        double first = times[0];
        examination.Ok("pong", TimeSpan.FromMilliseconds(first), "the server answers PING");
        Array.Sort(times);
        double median = times[(Pings - 1) / 2];
        examination.Ok(
            "rtt",
            TimeSpan.FromMilliseconds(median),
            $"median of {Pings} pings, from {Moment.Measured(TimeSpan.FromMilliseconds(times[0]))} to {Moment.Measured(TimeSpan.FromMilliseconds(times[^1]))}",
            new JsonObject { ["count"] = Pings, ["min"] = times[0] / 1000, ["median"] = median / 1000, ["max"] = times[^1] / 1000, ["first"] = first / 1000 });
    }

    private void ReportLimits(INatsServerInfo info)
    {
        string size = info.MaxPayload switch
        {
            >= 1024 * 1024 and var max when max % (1024 * 1024) == 0 => $"{max / (1024 * 1024)} MiB",
            >= 1024 and var max when max % 1024 == 0 => $"{max / 1024} KiB",
            var max => $"{max} bytes",
        };
        examination.Ok(
            "limits",
            null,
            $"max payload {size}, {(info.HeadersSupported ? "headers" : "no headers")}",
            new JsonObject { ["maxPayload"] = info.MaxPayload, ["headers"] = info.HeadersSupported });
    }

    private static string StepOf(NatsConnectPhase phase) => phase switch
    {
        NatsConnectPhase.Dns => "name",
        NatsConnectPhase.Tcp => "tcp",
        NatsConnectPhase.WebSocket => "websocket",
        NatsConnectPhase.Tls => "tls",
        NatsConnectPhase.Info => "info",
        _ => "login",
    };
}
