
namespace Earshot.Server.JetStream;

/// <summary>Answers the requests for single stored messages.</summary>
internal static class MessageApi
{
    public static byte[] Get(JetStreamAccount account, string name, ApiCall call)
    {
        MessageRequest? asked = call.Read(JetStreamJson.Default.MessageRequest, out ApiError? error);
        HostedStream? stream = account.Find(name);
        bool isUnclear = asked is { Seq: 0, LastBySubj: null, NextBySubj: null, StartTime: null } or { LastBySubj: not null, Seq: > 0 } or { LastBySubj: not null, NextBySubj: not null };
        error ??= isUnclear ? ApiError.BadRequest : stream is null ? ApiError.StreamNotFound : null;
        StoredMessage? message = error is null ? Find(stream!.State.Messages, asked!) : null;
        if (message is null)
        {
            return ApiAnswer.Error("stream_msg_get", error ?? ApiError.MessageNotFound);
        }

        return ApiAnswer.Of("stream_msg_get", json =>
        {
            json.WriteStartObject("message");
            json.WriteString("subject", message.Subject);
            json.WriteNumber("seq", message.Sequence);
            if (message.Headers.Length > 0 && !asked!.NoHdr)
            {
                json.WriteBase64String("hdrs", message.Headers);
            }

            if (message.Payload.Length > 0)
            {
                json.WriteBase64String("data", message.Payload);
            }

            json.WriteString("time", GoTime.Format(message.Time));
            json.WriteEndObject();
        });
    }

    public static byte[] Delete(JetStreamAccount account, string name, ApiCall call)
    {
        StreamRequest? asked = call.Read(JetStreamJson.Default.StreamRequest, out ApiError? error);
        HostedStream? stream = account.Find(name);
        error ??= stream is null ? ApiError.StreamNotFound
            : stream.State.Config.Sealed ? ApiError.Sealed
            : stream.State.Config.DenyDelete ? ApiError.DeleteNotPermitted
            : asked!.Seq == 0 ? ApiError.BadRequest
            : stream.State.Delete(asked.Seq) ? null
            : NotFound(stream.State, asked.Seq);
        return error is null ? ApiAnswer.Success("stream_msg_delete") : ApiAnswer.Error("stream_msg_delete", error);
    }

    // A store in files searches a block for the sequence first, and reports that there is none.
    private static ApiError NotFound(StreamState stream, ulong sequence) =>
        stream.Config.IsFile && sequence > stream.Messages.LastSequence ? new ApiError(500, 10057, "stream store EOF")
        : stream.Config.IsFile && sequence < stream.Messages.FirstSequence ? new ApiError(500, 10057, "no message found")
        : ApiError.SequenceNotFound(sequence);

    /// <summary>Finds the message that a request for one message asks for.</summary>
    public static StoredMessage? Find(MessageStore messages, MessageRequest asked)
    {
        if (asked.LastBySubj is { Length: > 0 } last)
        {
            return messages.Last(new SubjectFilter([last]));
        }

        SubjectFilter? next = asked.NextBySubj is { Length: > 0 } pattern ? new SubjectFilter([pattern]) : null;
        if (asked.StartTime is { } text && GoTime.TryParse(text, out DateTimeOffset start))
        {
            return messages.Messages.FirstOrDefault(message => message.Time >= start && (next is null || next.Matches(message.Subject)));
        }

        return next is null ? messages.Find(asked.Seq) : messages.Next(next, asked.Seq);
    }
}
