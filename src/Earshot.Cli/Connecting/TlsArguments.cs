using System.CommandLine;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Connecting;

/// <summary>The options of the command line about TLS, and their environment variables.</summary>
internal sealed class TlsArguments
{
    private readonly Option<string> _cert = new("--tlscert") { Description = "The certificate of the client, PEM (NATS_CERT)." };
    private readonly Option<string> _key = new("--tlskey") { Description = "The key of the client's certificate, PEM (NATS_KEY)." };
    private readonly Option<string> _ca = new("--tlsca") { Description = "The certificate authorities to trust, PEM (NATS_CA)." };
    private readonly Option<bool> _first = new("--tlsfirst") { Description = "Start with TLS before the server's INFO." };

    internal IEnumerable<Option> All => [_cert, _key, _ca, _first];

    /// <summary>Returns the options with what the command line and the environment say.</summary>
    internal NatsTlsOpts Apply(NatsTlsOpts opts, ParseResult parsed, ToolHost host) => opts with
    {
        CertFile = parsed.GetValue(_cert) ?? host.Variable("NATS_CERT") ?? opts.CertFile,
        KeyFile = parsed.GetValue(_key) ?? host.Variable("NATS_KEY") ?? opts.KeyFile,
        CaFile = parsed.GetValue(_ca) ?? host.Variable("NATS_CA") ?? opts.CaFile,
        Mode = parsed.GetValue(_first) ? TlsMode.Implicit : opts.Mode,
    };
}
