using System.Net;

namespace Earshot.Transport;

/// <summary>
/// Creates connected transports. The caller decides the server, the time, the number of concurrent dials and the timeout.
/// </summary>
internal interface ITransportDialer
{
    /// <summary>Whether a name has to be resolved before it is dialled.</summary>
    bool ResolvesNames => true;

    /// <summary>Whether dialling runs code of the application, which may block its thread.</summary>
    bool IsOfApplication => false;

    /// <summary>
    /// The addresses of a host, in the resolver's order; a literal address is returned as it is. Called for each attempt.
    /// </summary>
    ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);

    /// <summary>Connects to one address, or to the host's addresses one after another when the target names none.</summary>
    ValueTask<ITransport> DialAsync(TransportTarget target, CancellationToken cancellationToken);
}
