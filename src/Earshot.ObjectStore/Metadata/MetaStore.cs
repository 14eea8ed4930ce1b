using System.Text;
using System.Text.Json;
using Earshot.JetStream;
using Earshot.JetStream.Context;
using Earshot.JetStream.Publishing;
using Earshot.ObjectStore.Buckets;
using Earshot.ObjectStore.Models;

namespace Earshot.ObjectStore.Metadata;

/// <summary>
/// Reads and writes the information of objects. Reads ask the leader. A write replaces exactly the information that was read before it, and
/// has a message id, so that it is found to have succeeded when its ack was lost.
/// </summary>
internal sealed class MetaStore(StoreSite site)
{
    /// <summary>How often a write is attempted that replaces what was read before it. More are needed only while others write the same object.</summary>
    public const int MostAttempts = 100;

    private static readonly TimeSpan s_resolving = TimeSpan.FromSeconds(5);
    private static readonly NatsHeaders s_rollup = new() { ["Nats-Rollup"] = "sub" };

    /// <summary>Reads the information of an object, deleted or not; null when there is none.</summary>
    public async ValueTask<StoredMeta?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            StreamMsgGetResponse response = await site.Port.MessageAsync(
                site.Stream, new StreamMsgGetRequest { LastBySubj = site.Meta(name) }, cancellationToken).ConfigureAwait(false);
            StoredMessage message = response.Message;
            ObjectMetadata info = Parse(message.Data.Span, message.Time);
            info.Name = name; // another client may have stored another name or none, and a write with that would go to another subject
            return new StoredMeta(info, message.Seq);
        }
        catch (NatsJSApiException e) when (e.Is(NatsJSErrorCode.MessageNotFound))
        {
            return null;
        }
    }

    /// <summary>Reads the information of an object or link that exists.</summary>
    /// <exception cref="NatsObjNotFoundException">It does not exist or is deleted.</exception>
    public async ValueTask<StoredMeta> ReadLiveAsync(string name, CancellationToken cancellationToken) =>
        await ReadAsync(name, cancellationToken).ConfigureAwait(false) is { IsLive: true } found ? found : throw Missing(name);

    /// <summary>Makes the information from a stored message.</summary>
    /// <exception cref="NatsObjException">It cannot be read.</exception>
    public ObjectMetadata Parse(ReadOnlySpan<byte> payload, DateTimeOffset time)
    {
        ObjectMetadata info;
        try
        {
            info = JsonSerializer.Deserialize(payload, ObjectJson.Default.ObjectMetadata) ?? throw new JsonException("The information is null.");
        }
        catch (JsonException e)
        {
            throw new NatsObjException($"The information of an object in the bucket '{site.Bucket}' cannot be read.", e);
        }

        info.MTime = time;
        info.Bucket = site.Bucket; // where it is, whatever another client has stored: a link to it needs that
        return info;
    }

    /// <summary>
    /// Writes the information of an object in place of the one that was read before. When another client was faster, the information is read
    /// again and the write repeated.
    /// </summary>
    /// <param name="info">The new information, whose time is set.</param>
    /// <param name="before">The information that was read before; null when there was none.</param>
    /// <param name="mayReplace">Throws when the information that was read must not be replaced. Null: any may be.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The information that was replaced; null when there was none.</returns>
    public async ValueTask<StoredMeta?> ReplaceAsync(ObjectMetadata info, StoredMeta? before, Action<StoredMeta>? mayReplace, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (before is { } present)
            {
                mayReplace?.Invoke(present);
            }

            if (await TryWriteAsync(info, before?.Sequence ?? 0, cancellationToken).ConfigureAwait(false) is not null)
            {
                return before;
            }

            before = await ReadAsync(info.Name, cancellationToken).ConfigureAwait(false);
        }

        throw Contended(info.Name);
    }

    /// <summary>Writes the information of an object if its last message has this sequence; 0: if there is none. Returns the sequence of the write; null when the last one is another.</summary>
    public async ValueTask<ulong?> TryWriteAsync(ObjectMetadata info, ulong expected, CancellationToken cancellationToken)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(info, ObjectJson.Default.ObjectMetadata);
        string id = Nuid.NewNuid();
        var write = new StoreWrite<byte[]>(
            site.Meta(info.Name), json, NatsRawSerializer<byte[]>.Default, new NatsJSPubOpts { ExpectedLastSubjectSequence = expected }, s_rollup, id);
        try
        {
            PubAckResponse ack = await site.Port.PublishAsync(write, cancellationToken).ConfigureAwait(false);
            if (ack.Error is { } error)
            {
                return IsWrongSequence(error) ? null : throw JetStreamPort.Fault(error);
            }

            info.MTime = await TimeOfAsync(ack.Seq, cancellationToken).ConfigureAwait(false);
            return ack.Seq;
        }
        catch (Exception e) when (e is INatsDelivery { Outcome: NatsOutcome.Unknown })
        {
            if (await FindAsync(info.Name, id).ConfigureAwait(false) is { } stored)
            {
                info.MTime = stored.Time;
                return stored.Seq;
            }

            throw;
        }
    }

    /// <summary>The exception for an object that does not exist.</summary>
    public NatsObjNotFoundException Missing(string name) => new($"The object '{name}' does not exist in the bucket '{site.Bucket}', or is deleted.");

    /// <summary>The exception for a write that has used all of its attempts.</summary>
    public static NatsObjException Contended(string name) => new($"The information of the object '{name}' was changed by others {MostAttempts} times while it was written.");

    private static bool IsWrongSequence(ApiError error) =>
        (NatsJSErrorCode)error.ErrCode is NatsJSErrorCode.StreamWrongLastSequence or NatsJSErrorCode.StreamWrongLastSequenceConstant;

    // The write has succeeded: what goes wrong here costs the exact time and nothing else.
    private async ValueTask<DateTimeOffset> TimeOfAsync(ulong sequence, CancellationToken cancellationToken)
    {
        try
        {
            StreamMsgGetResponse written = await site.Port.MessageAsync(site.Stream, new StreamMsgGetRequest { Seq = sequence }, cancellationToken).ConfigureAwait(false);
            return written.Message.Time;
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            return site.Port.Time.GetUtcNow();
        }
    }

    // A write without an ack, when it is stored. When it is not, it may be stored later, so that its outcome stays unknown.
    private async ValueTask<StoredMessage?> FindAsync(string name, string id)
    {
        using var limit = new CancellationTokenSource(s_resolving, site.Port.Time);
        try
        {
            StreamMsgGetResponse last = await site.Port.MessageAsync(site.Stream, new StreamMsgGetRequest { LastBySubj = site.Meta(name) }, limit.Token).ConfigureAwait(false);
            byte[] headers = Convert.FromBase64String(last.Message.Hdrs ?? "");
            return headers.AsSpan().IndexOf(Encoding.ASCII.GetBytes(id)) >= 0 ? last.Message : null;
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            return null;
        }
    }
}
