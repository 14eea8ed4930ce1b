namespace Earshot.JetStream.Requests;

/// <summary>The subjects of the API with one prefix. Names are expected to be valid, see <see cref="NameRules"/>.</summary>
internal sealed class ApiSubjects(string prefix)
{
    public string Info => $"{prefix}.INFO";

    public string StreamNames => $"{prefix}.STREAM.NAMES";

    public string StreamList => $"{prefix}.STREAM.LIST";

    public string StreamCreate(string stream) => $"{prefix}.STREAM.CREATE.{stream}";

    public string StreamUpdate(string stream) => $"{prefix}.STREAM.UPDATE.{stream}";

    public string StreamInfo(string stream) => $"{prefix}.STREAM.INFO.{stream}";

    public string StreamDelete(string stream) => $"{prefix}.STREAM.DELETE.{stream}";

    public string StreamPurge(string stream) => $"{prefix}.STREAM.PURGE.{stream}";

    public string MessageGet(string stream) => $"{prefix}.STREAM.MSG.GET.{stream}";

    public string MessageDelete(string stream) => $"{prefix}.STREAM.MSG.DELETE.{stream}";

    public string DirectGet(string stream) => $"{prefix}.DIRECT.GET.{stream}";

    /// <summary>
    /// A filter without wildcards is part of the subject, so that permissions can be given for it. A filter with wildcards is not, because a
    /// subject to publish to must not contain wildcards.
    /// </summary>
    public string ConsumerCreate(string stream, string consumer, string? filter) =>
        filter is null || filter.AsSpan().ContainsAny('*', '>') ? $"{prefix}.CONSUMER.CREATE.{stream}.{consumer}" : $"{prefix}.CONSUMER.CREATE.{stream}.{consumer}.{filter}";

    public string ConsumerInfo(string stream, string consumer) => $"{prefix}.CONSUMER.INFO.{stream}.{consumer}";

    public string ConsumerDelete(string stream, string consumer) => $"{prefix}.CONSUMER.DELETE.{stream}.{consumer}";

    public string ConsumerNames(string stream) => $"{prefix}.CONSUMER.NAMES.{stream}";

    public string ConsumerList(string stream) => $"{prefix}.CONSUMER.LIST.{stream}";

    public string ConsumerPause(string stream, string consumer) => $"{prefix}.CONSUMER.PAUSE.{stream}.{consumer}";

    public string ConsumerReset(string stream, string consumer) => $"{prefix}.CONSUMER.RESET.{stream}.{consumer}";

    public string ConsumerUnpin(string stream, string consumer) => $"{prefix}.CONSUMER.UNPIN.{stream}.{consumer}";

    public string NextMessage(string stream, string consumer) => $"{prefix}.CONSUMER.MSG.NEXT.{stream}.{consumer}";
}
