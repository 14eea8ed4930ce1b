using System.Text;

namespace Earshot.Testing;

/// <summary>One operation as the client wrote it: the control line without CRLF, and the payload of PUB and HPUB.</summary>
internal sealed record ClientOperation(string Line, byte[] Payload)
{
    public string Verb => Line.Split([' ', '\t'], 2)[0].ToUpperInvariant();

    public string PayloadText => Encoding.UTF8.GetString(Payload);
}
