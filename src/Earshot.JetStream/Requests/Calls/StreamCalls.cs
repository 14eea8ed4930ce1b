using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Earshot.JetStream.Requests;

/// <summary>The calls of the API about streams and the account.</summary>
internal sealed class StreamCalls(ContextParts parts)
{
    public ValueTask<AccountInfoResponse> AccountAsync(CancellationToken cancellationToken) =>
        parts.Api.CallAsync(new ApiCall(parts.Subjects.Info, ApiCallKind.Read), ModelJson.Default.AccountInfoResponse, cancellationToken);

    public async ValueTask<StreamInfo> CreateAsync(StreamConfig config, CancellationToken cancellationToken)
    {
        StreamConfig sent = ConfigRules.ToSend(config);
        return await ChangeAsync(parts.Subjects.StreamCreate(sent.Name!), sent, ModelJson.Default.StreamCreateResponse, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<StreamInfo> UpdateAsync(StreamConfig config, CancellationToken cancellationToken)
    {
        StreamConfig sent = ConfigRules.ToSend(config);
        return await ChangeAsync(parts.Subjects.StreamUpdate(sent.Name!), sent, ModelJson.Default.StreamUpdateResponse, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Updates the stream, or creates it when it does not exist.</summary>
    public async ValueTask<StreamInfo> CreateOrUpdateAsync(StreamConfig config, CancellationToken cancellationToken)
    {
        try
        {
            return await UpdateAsync(config, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSStreamNotFoundException)
        {
            return await CreateAsync(config, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask<StreamInfo> InfoAsync(string stream, StreamInfoRequest? request, CancellationToken cancellationToken)
    {
        (StreamInfo info, StreamView before) = await AskAsync(stream, request, cancellationToken).ConfigureAwait(false);
        parts.Watch.Informed(info, before);
        return info;
    }

    /// <summary>Requests the state of a stream. The caller passes it to the watch, together with what was known before.</summary>
    public async ValueTask<(StreamInfo Info, StreamView Before)> AskAsync(string stream, StreamInfoRequest? request, CancellationToken cancellationToken)
    {
        NameRules.CheckStream(stream);
        var call = new ApiCall(parts.Subjects.StreamInfo(stream), ApiCallKind.Read) { Body = Body(request, ModelJson.Default.StreamInfoRequest), Stream = stream };
        StreamView before = parts.Watch.ViewByName(parts.Options.Domain, stream);
        return (await parts.Api.CallAsync(call, ModelJson.Default.StreamInfoResponse, cancellationToken).ConfigureAwait(false), before);
    }

    public async ValueTask<bool> DeleteAsync(string stream, CancellationToken cancellationToken)
    {
        NameRules.CheckStream(stream);
        var call = new ApiCall(parts.Subjects.StreamDelete(stream), ApiCallKind.Once) { Stream = stream };
        StreamDeleteResponse answer = await parts.Api.CallAsync(call, ModelJson.Default.StreamDeleteResponse, cancellationToken).ConfigureAwait(false);
        parts.Watch.Forget(parts.Options.Domain, stream);
        return answer.Success;
    }

    public ValueTask<StreamPurgeResponse> PurgeAsync(string stream, StreamPurgeRequest request, CancellationToken cancellationToken)
    {
        NameRules.CheckStream(stream);
        ArgumentNullException.ThrowIfNull(request);
        if (request is { Seq: > 0, Keep: > 0 })
        {
            throw new ArgumentException("A purge can have either Seq or Keep, not both.", nameof(request));
        }

        var call = new ApiCall(parts.Subjects.StreamPurge(stream), ApiCallKind.Repeatable) { Body = Body(request, ModelJson.Default.StreamPurgeRequest), Stream = stream };
        return parts.Api.CallAsync(call, ModelJson.Default.StreamPurgeResponse, cancellationToken);
    }

    public ValueTask<StreamMsgDeleteResponse> DeleteMessageAsync(string stream, StreamMsgDeleteRequest request, CancellationToken cancellationToken)
    {
        NameRules.CheckStream(stream);
        ArgumentNullException.ThrowIfNull(request);
        var call = new ApiCall(parts.Subjects.MessageDelete(stream), ApiCallKind.Once) { Body = Body(request, ModelJson.Default.StreamMsgDeleteRequest), Stream = stream };
        return parts.Api.CallAsync(call, ModelJson.Default.StreamMsgDeleteResponse, cancellationToken);
    }

    /// <summary>Reads a message from the leader, so that every acknowledged message is visible.</summary>
    public ValueTask<StreamMsgGetResponse> MessageAsync(string stream, StreamMsgGetRequest request, CancellationToken cancellationToken)
    {
        NameRules.CheckStream(stream);
        ArgumentNullException.ThrowIfNull(request);
        var call = new ApiCall(parts.Subjects.MessageGet(stream), ApiCallKind.Read) { Body = Body(request, ModelJson.Default.StreamMsgGetRequest), Stream = stream };
        return parts.Api.CallAsync(call, ModelJson.Default.StreamMsgGetResponse, cancellationToken);
    }

    public IAsyncEnumerable<StreamInfo> ListAsync(string? subject, CancellationToken cancellationToken) => Paging.ReadAsync(
        async offset =>
        {
            byte[] body = Body(new StreamListRequest { Subject = subject, Offset = offset }, ModelJson.Default.StreamListRequest);
            StreamListResponse page = await parts.Api.CallAsync(
                new ApiCall(parts.Subjects.StreamList, ApiCallKind.Read) { Body = body }, ModelJson.Default.StreamListResponse, cancellationToken).ConfigureAwait(false);
            return (page, page.Streams);
        },
        parts.Options,
        cancellationToken);

    public IAsyncEnumerable<string> NamesAsync(string? subject, CancellationToken cancellationToken) => Paging.ReadAsync(
        async offset =>
        {
            byte[] body = Body(new StreamNamesRequest { Subject = subject, Offset = offset }, ModelJson.Default.StreamNamesRequest);
            StreamNamesResponse page = await parts.Api.CallAsync(
                new ApiCall(parts.Subjects.StreamNames, ApiCallKind.Read) { Body = body }, ModelJson.Default.StreamNamesResponse, cancellationToken).ConfigureAwait(false);
            return (page, page.Streams ?? []);
        },
        parts.Options,
        cancellationToken);

    internal static byte[] Body<T>(T? request, JsonTypeInfo<T> type)
        where T : class => request is null ? [] : JsonSerializer.SerializeToUtf8Bytes(request, type);

    private async ValueTask<StreamInfo> ChangeAsync<T>(string subject, StreamConfig config, JsonTypeInfo<T> answer, CancellationToken cancellationToken)
        where T : StreamInfo
    {
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(config, ModelJson.Default.StreamConfig);
        StreamView before = parts.Watch.ViewByName(parts.Options.Domain, config.Name!);
        byte[] reply = await parts.Api.AskAsync(new ApiCall(subject, ApiCallKind.Repeatable) { Body = body, Stream = config.Name }, cancellationToken).ConfigureAwait(false);
        if (parts.Options.VerifyEcho && EchoCheck.FindMissing(body, reply) is { } missing)
        {
            throw new NatsJSFeatureNotSupportedException($"the requested '{missing}' of streams; the stream '{config.Name}' exists without it", missing);
        }

        T info = ApiAnswerReader.Read(reply, answer);
        parts.Watch.Informed(info, before);
        return info;
    }
}
