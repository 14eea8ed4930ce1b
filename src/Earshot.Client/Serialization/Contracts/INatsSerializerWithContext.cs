namespace Earshot;

/// <summary>Both directions for one type, each with the message around the payload.</summary>
/// <typeparam name="T">The type published and received.</typeparam>
public interface INatsSerializerWithContext<T> : INatsSerializeWithContext<T>, INatsDeserializeWithContext<T>;
