using System.Text.Json;
using Earshot.JetStream.Models;

namespace Earshot.JetStream.Requests;

/// <summary>The calls of the API about consumers.</summary>
internal sealed class ConsumerCalls(ContextParts parts)
{
    public async ValueTask<ConsumerInfo> CreateAsync(string stream, ConsumerConfig config, ConsumerCreateAction action, CancellationToken cancellationToken)
    {
        NameRules.CheckStream(stream);
        ConsumerConfig sent = ConfigRules.ToSend(config);
        var request = new ConsumerCreateRequest
        {
            StreamName = stream,
            Config = sent,
            Action = action switch
            {
                ConsumerCreateAction.Create => "create",
                ConsumerCreateAction.Update => "update",
                _ => null,
            },
        };
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(request, ModelJson.Default.ConsumerCreateRequest);
        string subject = parts.Subjects.ConsumerCreate(stream, sent.Name!, sent.FilterSubject);
        byte[] reply = await parts.Api.AskAsync(new ApiCall(subject, ApiCallKind.Repeatable) { Body = body, Stream = stream }, cancellationToken).ConfigureAwait(false);
        ConsumerInfo info = ApiAnswerReader.Read(reply, ModelJson.Default.ConsumerCreateResponse);
        if (parts.Options.VerifyEcho)
        {
            byte[] configBody = JsonSerializer.SerializeToUtf8Bytes(sent, ModelJson.Default.ConsumerConfig);
            if (EchoCheck.FindMissing(configBody, reply) is { } missing)
            {
                await RefuseAsync(stream, info, missing, cancellationToken).ConfigureAwait(false);
            }
        }

        return info;
    }

    public async ValueTask<ConsumerInfo> InfoAsync(string stream, string consumer, CancellationToken cancellationToken)
    {
        Check(stream, consumer);
        var call = new ApiCall(parts.Subjects.ConsumerInfo(stream, consumer), ApiCallKind.Read) { Stream = stream };
        return await parts.Api.CallAsync(call, ModelJson.Default.ConsumerInfoResponse, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<bool> DeleteAsync(string stream, string consumer, CancellationToken cancellationToken)
    {
        Check(stream, consumer);
        var call = new ApiCall(parts.Subjects.ConsumerDelete(stream, consumer), ApiCallKind.Once) { Stream = stream };
        ConsumerDeleteResponse answer = await parts.Api.CallAsync(call, ModelJson.Default.ConsumerDeleteResponse, cancellationToken).ConfigureAwait(false);
        return answer.Success;
    }

    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer.</param>
    /// <param name="until">The time until which the consumer is paused. Null: it is resumed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server cannot pause consumers.</exception>
    public async ValueTask<ConsumerPauseResponse> PauseAsync(string stream, string consumer, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        Check(stream, consumer);
        byte[] body = StreamCalls.Body(until is null ? null : new ConsumerPauseRequest { PauseUntil = until }, ModelJson.Default.ConsumerPauseRequest);
        var call = new ApiCall(parts.Subjects.ConsumerPause(stream, consumer), ApiCallKind.Repeatable) { Body = body, Stream = stream };
        byte[] answer = await AskSinceAsync(call, ("pausing a consumer", "pause_until", 1), cancellationToken).ConfigureAwait(false);
        return ApiAnswerReader.Read(answer, ModelJson.Default.ConsumerPauseResponse);
    }

    /// <summary>Resets the consumer. The server does not respond for a consumer that does not exist, so its info is requested first.</summary>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server cannot reset consumers.</exception>
    public async ValueTask<ConsumerResetResponse> ResetAsync(string stream, string consumer, ulong seq, CancellationToken cancellationToken)
    {
        await InfoAsync(stream, consumer, cancellationToken).ConfigureAwait(false);
        byte[] body = StreamCalls.Body(seq == 0 ? null : new ConsumerResetRequest { Seq = seq }, ModelJson.Default.ConsumerResetRequest);
        var call = new ApiCall(parts.Subjects.ConsumerReset(stream, consumer), ApiCallKind.Once) { Body = body, Stream = stream };
        byte[] answer = await AskSinceAsync(call, ("resetting a consumer", "seq", 4), cancellationToken).ConfigureAwait(false);
        return ApiAnswerReader.Read(answer, ModelJson.Default.ConsumerResetResponse);
    }

    /// <exception cref="NatsJSFeatureNotSupportedException">The server has no priority groups.</exception>
    public async ValueTask UnpinAsync(string stream, string consumer, string group, CancellationToken cancellationToken)
    {
        Check(stream, consumer);
        ArgumentException.ThrowIfNullOrEmpty(group);
        byte[] body = StreamCalls.Body(new ConsumerUnpinRequest { Group = group }, ModelJson.Default.ConsumerUnpinRequest);
        var call = new ApiCall(parts.Subjects.ConsumerUnpin(stream, consumer), ApiCallKind.Once) { Body = body, Stream = stream };
        await AskSinceAsync(call, ("unpinning a client", "group", 1), cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<ConsumerInfo> ListAsync(string stream, CancellationToken cancellationToken)
    {
        NameRules.CheckStream(stream);
        return Paging.ReadAsync(
            async offset =>
            {
                byte[] body = StreamCalls.Body(new ConsumerListRequest { Offset = offset }, ModelJson.Default.ConsumerListRequest);
                ConsumerListResponse page = await parts.Api.CallAsync(
                    new ApiCall(parts.Subjects.ConsumerList(stream), ApiCallKind.Read) { Body = body }, ModelJson.Default.ConsumerListResponse, cancellationToken).ConfigureAwait(false);
                return (page, page.Consumers);
            },
            parts.Options,
            cancellationToken);
    }

    public IAsyncEnumerable<string> NamesAsync(string stream, CancellationToken cancellationToken)
    {
        NameRules.CheckStream(stream);
        return Paging.ReadAsync(
            async offset =>
            {
                byte[] body = StreamCalls.Body(new ConsumerNamesRequest { Offset = offset }, ModelJson.Default.ConsumerNamesRequest);
                ConsumerNamesResponse page = await parts.Api.CallAsync(
                    new ApiCall(parts.Subjects.ConsumerNames(stream), ApiCallKind.Read) { Body = body }, ModelJson.Default.ConsumerNamesResponse, cancellationToken).ConfigureAwait(false);
                return (page, page.Consumers);
            },
            parts.Options,
            cancellationToken);
    }

    // A server without the call does not respond to it.
    private async ValueTask<byte[]> AskSinceAsync(ApiCall call, (string Name, string Field, int Level) feature, CancellationToken cancellationToken)
    {
        if (ApiLevels.MayBeMissing(parts))
        {
            await ApiLevels.RequireAsync(parts, feature.Name, feature.Field, feature.Level, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await parts.Api.AskAsync(call, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSApiNoResponseException e) when (e.InnerException is NatsNoReplyException)
        {
            await ApiLevels.RequireAsync(parts, feature.Name, feature.Field, feature.Level, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private static void Check(string stream, string consumer)
    {
        NameRules.CheckStream(stream);
        NameRules.CheckConsumer(consumer);
    }

    // A consumer without its filter would deliver other messages. One that has delivered messages may belong to another client and is kept.
    private async ValueTask RefuseAsync(string stream, ConsumerInfo info, string missing, CancellationToken cancellationToken)
    {
        bool isUnused = info.Delivered.ConsumerSeq == 0 && missing.StartsWith("filter_subject", StringComparison.Ordinal);
        if (isUnused)
        {
            await DeleteAsync(stream, info.Name, cancellationToken).ConfigureAwait(false);
        }

        throw new NatsJSFeatureNotSupportedException(
            $"the requested '{missing}' of consumers; the consumer '{info.Name}' {(isUnused ? "was deleted again" : "exists without it")}", missing);
    }
}
