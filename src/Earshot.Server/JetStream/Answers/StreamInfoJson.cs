using System.Text;
using System.Text.Json;

namespace Earshot.Server.JetStream;

/// <summary>Writes the info of a stream.</summary>
internal static class StreamInfoJson
{
    public static void Write(Utf8JsonWriter json, JetStreamAccount account, StreamState stream, StreamRequest? asked = null, bool hasCluster = true, bool isListed = false)
    {
        json.WritePropertyName("config");
        JsonSerializer.Serialize(json, stream.Config with { Metadata = account.WithVersion(stream.Config.Metadata, stream.Config.RequiredLevel, isListed) }, JetStreamJson.Default.StreamConfig);
        json.WriteString("created", GoTime.Format(stream.Created));
        WriteState(json, stream, asked);
        if (hasCluster && !isListed)
        {
            WriteCluster(json, account);
        }

        json.WriteString("ts", GoTime.Format(account.Now));
    }

    public static List<KeyValuePair<byte[], SubjectSequences>> SubjectsOf(StreamState stream, string pattern)
    {
        var filter = new SubjectFilter([pattern]);
        return [.. stream.Messages.Subjects.Where(subject => filter.Matches(subject.Key)).OrderBy(subject => Encoding.UTF8.GetString(subject.Key), StringComparer.Ordinal)];
    }

    private static void WriteCluster(Utf8JsonWriter json, JetStreamAccount account)
    {
        json.WriteStartObject("cluster");
        json.WriteString("leader", account.ServerName);
        json.WriteEndObject();
    }

    private static void WriteState(Utf8JsonWriter json, StreamState stream, StreamRequest? asked)
    {
        MessageStore messages = stream.Messages;
        json.WriteStartObject("state");
        json.WriteNumber("messages", messages.Count);
        json.WriteNumber("bytes", messages.Bytes);
        json.WriteNumber("first_seq", messages.IsUnused ? 0 : messages.FirstSequence);
        json.WriteString("first_ts", GoTime.Format(messages.First?.Time ?? default));
        json.WriteNumber("last_seq", messages.LastSequence);
        json.WriteString("last_ts", GoTime.Format(messages.LastTime));
        if (messages.SubjectCount > 0)
        {
            json.WriteNumber("num_subjects", messages.SubjectCount);
        }

        ulong[] deleted = asked?.DeletedDetails == true && messages.IsUnused && stream.Config.IsFile ? [0] : [.. messages.Deleted()]; // as a real server
        if (deleted.Length > 0)
        {
            json.WriteNumber("num_deleted", deleted.Length);
        }

        if (asked?.DeletedDetails == true && deleted.Length > 0)
        {
            json.WriteStartArray("deleted");
            Array.ForEach(deleted, json.WriteNumberValue);
            json.WriteEndArray();
        }

        if (asked?.SubjectsFilter is { Length: > 0 } pattern)
        {
            List<KeyValuePair<byte[], SubjectSequences>> found = SubjectsOf(stream, pattern);
            if (found.Count > 0)
            {
                json.WriteStartObject("subjects");
                found.Skip(Math.Max(asked.Offset, 0)).ToList().ForEach(subject => json.WriteNumber(Encoding.UTF8.GetString(subject.Key), subject.Value.Count));
                json.WriteEndObject();
            }
        }

        json.WriteNumber("consumer_count", stream.Readers.Count);
        json.WriteEndObject();
    }
}
