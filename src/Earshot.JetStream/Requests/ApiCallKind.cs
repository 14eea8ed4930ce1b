namespace Earshot.JetStream.Requests;

/// <summary>What may be done with a call of the API when it is refused for now or not answered.</summary>
internal enum ApiCallKind
{
    /// <summary>It changes nothing: asked again to the end of its time.</summary>
    Read,

    /// <summary>Done twice it has the effect of once: asked again to the end of its time.</summary>
    Repeatable,

    /// <summary>Asked again only while it was certainly without effect.</summary>
    Once,
}
