using System.Globalization;
using System.Net.Sockets;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Doctor;

/// <summary>Listens to what the port says, and examines TLS, without sending credentials.</summary>
internal sealed class PortProbe(ProbePlan plan, Examination examination, CredentialFacts credentials, TlsExamination tls)
{
    private readonly string _port = plan.Port.ToString(CultureInfo.InvariantCulture);

    /// <summary>Returns what the server's INFO says; null, with a finding, when a client cannot go further.</summary>
    /// <param name="link">A new connection; it is used up.</param>
    /// <param name="cancellationToken">Ends the probe.</param>
    public async Task<ServerFacts?> RunAsync(RawLink link, CancellationToken cancellationToken)
    {
        bool isTlsFirst = TlsPlan.IsFirst(plan.Opts.TlsOpts, plan.Scheme);
        if (isTlsFirst && !await EncryptAsync(link, null, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        long start = plan.Time.GetTimestamp();
        ServerFacts? server = await ListenAsync(link, isTlsFirst, cancellationToken).ConfigureAwait(false);
        TimeSpan duration = plan.Time.GetElapsedTime(start);
        if (server is null)
        {
            return null;
        }

        Report(server, duration);
        if (FailOn(PortRules.ErrorIn(link.Heard), server))
        {
            return null;
        }

        if (!isTlsFirst && TlsPlan.Contradiction(plan.Opts.TlsOpts, plan.Scheme, server) is { } contradiction)
        {
            examination.Fail("tls", null, contradiction);
            return null;
        }

        if (!isTlsFirst && (server.IsTlsRequired || server.IsTlsAvailable) && !await EncryptAsync(link, server, cancellationToken).ConfigureAwait(false))
        {
            return null;
        }

        await link.EndAsync(plan.Timeout, cancellationToken).ConfigureAwait(false);
        return !FailOn(PortRules.ErrorIn(link.Heard), server) ? server : null;
    }

    /// <summary>Examines only TLS, for a protocol that comes inside of it.</summary>
    /// <returns>False, with a finding, when a client cannot go further.</returns>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<bool> ExamineTlsAsync(RawLink link, CancellationToken cancellationToken)
    {
        return await EncryptAsync(link, null, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ServerFacts?> ListenAsync(RawLink link, bool isTlsFirst, CancellationToken cancellationToken)
    {
        long start = plan.Time.GetTimestamp();
        examination.Begin("info", "waiting for the INFO of the server");
        await link.HearAsync(isTlsFirst ? plan.Timeout : plan.Silence, cancellationToken).ConfigureAwait(false);
        if (link.Kind == PortKind.Silent && !isTlsFirst)
        {
            examination.Begin("info", "nothing was said; trying HTTP, WebSocket, MQTT and TLS");
            if (await new SilentPortProbe(plan, tls).RunAsync(link, cancellationToken).ConfigureAwait(false) is { } finding)
            {
                examination.Fail("info", plan.Time.GetElapsedTime(start), finding);
                return null;
            }
        }

        if (link.Kind == PortKind.Error)
        {
            FailOn(PortRules.ErrorIn(link.Heard), null);
            return null;
        }

        if (link.Kind != PortKind.Client || !ServerFacts.TryRead(PortRules.Line(link.Heard)[5..], out ServerFacts? server))
        {
            examination.Fail("info", plan.Time.GetElapsedTime(start), PortRules.Wrong(link.Kind, _port, isTlsFirst ? "wss" : plan.Scheme));
            return null;
        }

        return server;
    }

    private void Report(ServerFacts server, TimeSpan duration)
    {
        if (server.IsLameDuck)
        {
            examination.Warn("info", duration, $"{server}, lame duck mode", "the server is about to shut down: connect to another one of its cluster.", server.ToJson());
            return;
        }

        examination.Ok("info", duration, server.ToString(), server.ToJson());
    }

    private async Task<bool> EncryptAsync(RawLink link, ServerFacts? server, CancellationToken cancellationToken)
    {
        long start = plan.Time.GetTimestamp();
        examination.Begin("tls", "TLS handshake");
        CertificateFacts facts;
        try
        {
            facts = await HandshakeAsync(link, server is not null, cancellationToken).ConfigureAwait(false);
        }
        catch (TlsFailedException e)
        {
            // A server that starts with INFO refuses the handshake with an error, which is not the cause.
            if (e.First.StartsWith("INFO"u8) || !FailOn(PortRules.ErrorIn(e.First), server))
            {
                examination.Fail("tls", plan.Time.GetElapsedTime(start), Failed(e));
            }

            return false;
        }

        TimeSpan duration = plan.Time.GetElapsedTime(start);
        DateTimeOffset now = plan.Time.GetUtcNow();
        if (!plan.Opts.TlsOpts.InsecureSkipVerify && CertificateRules.Refusal(facts, now) is { } refusal)
        {
            examination.Fail("tls", duration, refusal, facts.ToJson());
            return false;
        }

        if (CertificateRules.Reminder(facts, now) is { } reminder)
        {
            examination.Warn("tls", duration, CertificateRules.Describe(facts, now), reminder, facts.ToJson());
            return true;
        }

        examination.Ok("tls", duration, CertificateRules.Describe(facts, now), facts.ToJson());
        return true;
    }

    // The server's time limit for TLS began with the connection, before INFO was read and judged here; a slow machine may have exceeded it.
    private async Task<CertificateFacts> HandshakeAsync(RawLink link, bool isAfterInfo, CancellationToken cancellationToken)
    {
        try
        {
            return await link.EncryptAsync(tls, plan.Timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TlsFailedException e) when (isAfterInfo && e.First.IsEmpty)
        {
            return await HandshakeAgainAsync(link, cancellationToken).ConfigureAwait(false) ?? throw new TlsFailedException([], e);
        }
    }

    private async Task<CertificateFacts?> HandshakeAgainAsync(RawLink link, CancellationToken cancellationToken)
    {
        try
        {
            RawLink second = await RawLink.OpenAsync(link.Endpoint, plan.Timeout, plan.Time, cancellationToken).ConfigureAwait(false);
            await using (second.ConfigureAwait(false))
            {
                await second.HearAsync(plan.Timeout, cancellationToken).ConfigureAwait(false);
                CertificateFacts facts = await second.EncryptAsync(tls, plan.Timeout, cancellationToken).ConfigureAwait(false);
                await second.EndAsync(plan.Timeout, cancellationToken).ConfigureAwait(false);
                return facts;
            }
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private Finding Failed(TlsFailedException e) => PortRules.Of(e.First) switch
    {
        _ when e.First.StartsWith("INFO"u8) => TlsPlan.NotFirst, // perhaps only its beginning
        PortKind.Silent => new Finding(
            ExitCode.Tls, "noTls", $"no TLS handshake: {e.Message}", $"Port {_port} ends the TLS handshake without an answer: check the certificate files and the timeout in the server's tls block, and its log."),
        PortKind.Tls => new Finding(
            ExitCode.Tls, "tlsHandshake", $"no TLS handshake: {e.Message}", $"The TLS handshake fails: check the TLS versions, ciphers and certificates of both sides ({e.Message.TrimEnd('.')})."),
        var kind => PortRules.Wrong(kind, _port, plan.Scheme),
    };

    private bool FailOn(string? error, ServerFacts? server)
    {
        if (error is null)
        {
            return false;
        }

        NatsServerErrorCode code = new NatsServerException(error).ServerError.Code;
        if (server is not null && code == NatsServerErrorCode.AuthenticationTimeout)
        {
            return false; // the examination sends no CONNECT; the client will
        }

        examination.Fail("login", null, LoginRules.OfError(code, error, credentials, server, plan.Time.GetUtcNow()));
        return true;
    }
}
