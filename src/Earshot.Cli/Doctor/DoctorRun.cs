using Earshot.Cli.Shell;

namespace Earshot.Cli.Doctor;

/// <summary>The examination of one server, in this order: name, addresses, what the port says, TLS, advertised servers, and then the client itself.</summary>
internal sealed class DoctorRun : IDisposable
{
    private readonly ProbePlan _plan;
    private readonly TlsExamination _tls;
    private readonly CredentialFacts _credentials;

    /// <summary>Reads the files of the options.</summary>
    /// <param name="plan">What is examined.</param>
    /// <param name="added">Called with each step when it has its outcome.</param>
    /// <exception cref="ToolException">A TLS file cannot be used.</exception>
    public DoctorRun(ProbePlan plan, Action<Step> added)
    {
        _plan = plan;
        _tls = new TlsExamination(plan.Opts.TlsOpts, plan.Host);
        (_credentials, string? jwt) = CredentialReader.Read(plan.Opts);
        Examination = new Examination(Printable.Of(plan.Opts, jwt), plan.Time, added);
    }

    /// <summary>The steps so far and the verdict, in texts that can be shown.</summary>
    public Examination Examination { get; }

    /// <summary>Examines the server. A cancelled examination has a verdict, too.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ExamineAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Examination.Cancel();
        }
    }

    public void Dispose() => _tls.Dispose();

    private async Task ExamineAsync(CancellationToken cancellationToken)
    {
        ServerFacts? server = null;
        if (await new AddressProbe(_plan, Examination).RunAsync(cancellationToken).ConfigureAwait(false) is not { } link)
        {
            return;
        }

        await using (link.ConfigureAwait(false))
        {
            var port = new PortProbe(_plan, Examination, _credentials, _tls);
            if (_plan.Opts.ProxyUrl is null && _plan.Scheme == "wss" && !await port.ExamineTlsAsync(link, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            // The client speaks WebSocket and to proxies; the examination of its own does not.
            if (_plan.IsWebSocket || _plan.Opts.ProxyUrl is not null)
            {
                await link.EndAsync(_plan.Silence, cancellationToken).ConfigureAwait(false);
            }
            else if ((server = await port.RunAsync(link, cancellationToken).ConfigureAwait(false)) is null)
            {
                return;
            }
        }

        await new AdvertisedProbe(_plan, Examination).RunAsync(server?.ConnectUrls ?? [], cancellationToken).ConfigureAwait(false);
        await new ClientProbe(_plan, Examination, _credentials).RunAsync(server, cancellationToken).ConfigureAwait(false);
    }
}
