using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Earshot.Server.Clients;
using Earshot.Server.Links;

namespace Earshot.Server.Views;

/// <summary>A link that records its traffic. It is above the fault links, so it shows the bytes before faults change them.</summary>
internal sealed class TranscriptLink(IClientLink inner, Transcript transcript) : IClientLink
{
    private readonly ConnectRedaction _redaction = new();
    private long _clientId;

    public IPEndPoint? Remote => inner.Remote;

    public void Assign(ClientConnection client) => _clientId = client.Id;

    public async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken)
    {
        ReadResult result = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
        if (!result.Buffer.IsEmpty)
        {
            var shown = new ArrayBufferWriter<byte>();
            foreach (ReadOnlyMemory<byte> chunk in result.Buffer)
            {
                _redaction.Redact(chunk.Span, shown);
            }

            transcript.Add(_clientId, fromClient: true, shown.WrittenSpan);
        }

        return result;
    }

    public void Advance(SequencePosition consumed) => inner.Advance(consumed);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        transcript.Add(_clientId, fromClient: false, bytes.Span);
        return inner.WriteAsync(bytes);
    }

    public ValueTask CloseAsync() => inner.CloseAsync();

    public void Abort(bool reset) => inner.Abort(reset);
}
