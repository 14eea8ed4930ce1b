using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>Answers the requests for single stored messages.</summary>
internal static class MessageApi
{
    public static byte[] Get(JetStreamAccount account, string name, ApiCall call)
    {
        MessageRequest? asked = call.Read(JetStreamJson.Default.MessageRequest, out ApiError? error);
        HostedStream? stream = account.Find(name);
        bool isEmpty = asked is { Seq: 0, LastBySubj: null, NextBySubj: null, StartTime: null };
        error ??= stream is null ? ApiError.StreamNotFound : isEmpty ? ApiError.BadRequest : null;
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
            if (message.Headers.Length > 0)
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
            : stream.State.Delete(asked!.Seq) ? null : ApiError.SequenceNotFound(asked.Seq);
        return error is null ? ApiAnswer.Success("stream_msg_delete") : ApiAnswer.Error("stream_msg_delete", error);
    }

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

    /// <summary>The subject of a request, as bytes.</summary>
    public static byte[] Bytes(string subject) => Encoding.UTF8.GetBytes(subject);
}
