using Earshot.JetStream;

namespace Earshot.ObjectStore;

/// <summary>
/// A bucket of objects (ADR-20). Information of objects is read from the leader, so that every completed change is visible. Methods throw the
/// exceptions of the JetStream API and of publishes, <see cref="NatsObjException"/> for what an object does not allow, and
/// <see cref="ArgumentException"/>, before anything is sent, for arguments that are not valid. A cancelled token throws
/// <see cref="OperationCanceledException"/>. Safe for use from any thread.
/// </summary>
public interface INatsObjStore
{
    /// <summary>The JetStream context that is used.</summary>
    INatsJSContext JetStreamContext { get; }

    /// <summary>The name of the bucket.</summary>
    string Bucket { get; }

    /// <summary>Reads an object into memory. Its digest, its size and the number of its chunks are checked.</summary>
    /// <param name="key">The name of the object or of a link to it.</param>
    /// <param name="cancellationToken">Cancels the get.</param>
    /// <returns>The bytes of the object.</returns>
    /// <exception cref="NatsObjNotFoundException">The object does not exist or is deleted.</exception>
    /// <exception cref="NatsObjChangedException">The object was deleted or replaced while it was read.</exception>
    /// <exception cref="NatsObjDigestException">The stored bytes are not those of the object.</exception>
    ValueTask<byte[]> GetBytesAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Reads an object into a stream with default options. Its digest, its size and the number of its chunks are checked.</summary>
    /// <param name="key">The name of the object or of a link to it.</param>
    /// <param name="stream">The target. When the get fails it may contain a part of the object.</param>
    /// <param name="leaveOpen">Whether the target stays open; otherwise it is disposed when the get ends, also with an exception. Default: false.</param>
    /// <param name="cancellationToken">Cancels the get.</param>
    /// <returns>The information of the object, of a link that of its target.</returns>
    /// <exception cref="NatsObjNotFoundException">The object does not exist or is deleted.</exception>
    /// <exception cref="NatsObjChangedException">The object was deleted or replaced while it was read.</exception>
    /// <exception cref="NatsObjDigestException">The stored bytes are not those of the object.</exception>
    ValueTask<ObjectMetadata> GetAsync(string key, Stream stream, bool leaveOpen = false, CancellationToken cancellationToken = default);

    /// <summary>Reads an object into a stream with the given options. Its digest, its size and the number of its chunks are checked.</summary>
    /// <param name="key">The name of the object or of a link to it.</param>
    /// <param name="stream">The target. When the get fails it may contain a part of the object.</param>
    /// <param name="opts">The options of the get.</param>
    /// <param name="leaveOpen">Whether the target stays open; otherwise it is disposed when the get ends, also with an exception. Default: false.</param>
    /// <param name="cancellationToken">Cancels the get.</param>
    /// <returns>The information of the object, of a link that of its target.</returns>
    /// <exception cref="NatsObjNotFoundException">The object does not exist or is deleted.</exception>
    /// <exception cref="NatsObjChangedException">The object was deleted or replaced while it was read.</exception>
    /// <exception cref="NatsObjDigestException">The stored bytes are not those of the object.</exception>
    ValueTask<ObjectMetadata> GetAsync(string key, Stream stream, NatsObjGetOpts opts, bool leaveOpen = false, CancellationToken cancellationToken = default);

    /// <summary>Writes an object from memory with default options. An object of this name is replaced.</summary>
    /// <param name="key">The name of the object: any text that is not empty.</param>
    /// <param name="value">The bytes, which must not change until the call completes.</param>
    /// <param name="cancellationToken">Cancels the put.</param>
    /// <returns>The information of the object.</returns>
    /// <exception cref="NatsJSPublishUnknownException">It is unknown whether the object was written. Its chunks are not removed.</exception>
    ValueTask<ObjectMetadata> PutAsync(string key, byte[] value, CancellationToken cancellationToken = default);

    /// <summary>Writes an object from a stream with default options. An object of this name is replaced.</summary>
    /// <param name="key">The name of the object: any text that is not empty.</param>
    /// <param name="stream">The source, which is read from its present position to its end.</param>
    /// <param name="leaveOpen">Whether the source stays open; otherwise it is disposed when the put ends, also with an exception. Default: false.</param>
    /// <param name="cancellationToken">Cancels the put.</param>
    /// <returns>The information of the object.</returns>
    /// <exception cref="NatsJSPublishUnknownException">It is unknown whether the object was written. Its chunks are not removed.</exception>
    ValueTask<ObjectMetadata> PutAsync(string key, Stream stream, bool leaveOpen = false, CancellationToken cancellationToken = default);

    /// <summary>Writes an object with this information from a stream, with default options. An object of this name is replaced.</summary>
    /// <inheritdoc cref="PutAsync(ObjectMetadata, Stream, NatsObjPutOpts, bool, CancellationToken)"/>
    ValueTask<ObjectMetadata> PutAsync(ObjectMetadata meta, Stream stream, bool leaveOpen = false, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes an object with this information from a stream. An object of this name is replaced when all bytes are stored; until then readers
    /// get the one before it. When the put fails or is cancelled, its chunks are removed: the call waits for that for at most 5 s, and it
    /// continues in the background.
    /// </summary>
    /// <param name="meta">The name and, when wanted, the description, the metadata, the headers and the chunk size. It is not modified.</param>
    /// <param name="stream">The source, which is read from its present position to its end.</param>
    /// <param name="opts">The options of the put.</param>
    /// <param name="leaveOpen">Whether the source stays open; otherwise it is disposed when the put ends, also with an exception. Default: false.</param>
    /// <param name="cancellationToken">Cancels the put.</param>
    /// <returns>The information of the object.</returns>
    /// <exception cref="NatsObjException">The information is that of a link; or a chunk was sent and not acknowledged, and the object was not written.</exception>
    /// <exception cref="NatsJSPublishUnknownException">It is unknown whether the object was written. Its chunks are not removed.</exception>
    ValueTask<ObjectMetadata> PutAsync(ObjectMetadata meta, Stream stream, NatsObjPutOpts opts, bool leaveOpen = false, CancellationToken cancellationToken = default);

    /// <summary>Writes an object with this information from memory. An object of this name is replaced, as by a put from a stream.</summary>
    /// <param name="meta">The name and, when wanted, the description, the metadata, the headers and the chunk size. It is not modified.</param>
    /// <param name="value">The bytes, which must not change until the call completes.</param>
    /// <param name="opts">The options of the put. Null: the defaults.</param>
    /// <param name="cancellationToken">Cancels the put.</param>
    /// <returns>The information of the object.</returns>
    /// <exception cref="NatsObjException">The information is that of a link; or a chunk was sent and not acknowledged, and the object was not written.</exception>
    /// <exception cref="NatsJSPublishUnknownException">It is unknown whether the object was written. Its chunks are not removed.</exception>
    ValueTask<ObjectMetadata> PutAsync(ObjectMetadata meta, ReadOnlyMemory<byte> value, NatsObjPutOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Changes the name, description, metadata and headers of an object; its bytes stay. Another name renames it.</summary>
    /// <param name="key">The present name of the object.</param>
    /// <param name="meta">The new values. An empty name: the name stays.</param>
    /// <param name="cancellationToken">Cancels the change. A rename that is cancelled in the middle leaves the object with both names.</param>
    /// <returns>The new information of the object.</returns>
    /// <exception cref="NatsObjNotFoundException">The object does not exist or is deleted.</exception>
    /// <exception cref="NatsObjException">An object with the new name exists.</exception>
    ValueTask<ObjectMetadata> UpdateMetaAsync(string key, ObjectMetadata meta, CancellationToken cancellationToken = default);

    /// <summary>
    /// Renames an object. Its bytes are not copied, and its old name is marked as deleted. It can be called again when it failed; before that, the object must not be deleted or
    /// replaced under either name, which would remove the bytes of both.
    /// </summary>
    /// <param name="key">The present name of the object.</param>
    /// <param name="newKey">The new name, which no object has.</param>
    /// <param name="cancellationToken">Cancels the rename. One that is cancelled in the middle leaves the object with both names.</param>
    /// <returns>The new information of the object.</returns>
    /// <exception cref="NatsObjNotFoundException">The object does not exist or is deleted.</exception>
    /// <exception cref="NatsObjException">An object with the new name exists.</exception>
    ValueTask<ObjectMetadata> RenameAsync(string key, string newKey, CancellationToken cancellationToken = default);

    /// <summary>Creates a link to an object of this bucket, or changes the target of a link.</summary>
    /// <param name="link">The name of the link.</param>
    /// <param name="target">The name of the object.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The information of the link.</returns>
    /// <exception cref="NatsObjNotFoundException">The target does not exist or is deleted.</exception>
    /// <exception cref="NatsObjException">The target is a link, or an object has the name of the link.</exception>
    ValueTask<ObjectMetadata> AddLinkAsync(string link, string target, CancellationToken cancellationToken = default);

    /// <summary>Creates a link to an object of any bucket, or changes the target of a link.</summary>
    /// <param name="link">The name of the link.</param>
    /// <param name="target">The information of the object, with its bucket.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The information of the link.</returns>
    /// <exception cref="NatsObjException">The target is deleted or a link, or an object has the name of the link.</exception>
    ValueTask<ObjectMetadata> AddLinkAsync(string link, ObjectMetadata target, CancellationToken cancellationToken = default);

    /// <summary>Creates a link to a bucket, or changes the target of a link. A get of it throws an exception with the name of the bucket.</summary>
    /// <param name="link">The name of the link.</param>
    /// <param name="target">The bucket.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The information of the link.</returns>
    /// <exception cref="NatsObjException">An object has the name of the link.</exception>
    ValueTask<ObjectMetadata> AddBucketLinkAsync(string link, INatsObjStore target, CancellationToken cancellationToken = default);

    /// <summary>Seals the bucket: it can be read and never changed again.</summary>
    /// <param name="cancellationToken">Cancels waiting for the response.</param>
    /// <returns>A task that completes when the bucket is sealed.</returns>
    ValueTask SealAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads the information of an object or a link.</summary>
    /// <param name="key">The name of the object or link.</param>
    /// <param name="showDeleted">Whether the information of a deleted object is returned. Default: false.</param>
    /// <param name="cancellationToken">Cancels waiting for the response.</param>
    /// <returns>The information.</returns>
    /// <exception cref="NatsObjNotFoundException">The object does not exist or is deleted.</exception>
    ValueTask<ObjectMetadata> GetInfoAsync(string key, bool showDeleted = false, CancellationToken cancellationToken = default);

    /// <summary>Lists the objects of the bucket.</summary>
    /// <param name="opts">The options of the list. Null: the defaults.</param>
    /// <param name="cancellationToken">Cancels the list.</param>
    /// <returns>The information of each object, in the order of their last change.</returns>
    IAsyncEnumerable<ObjectMetadata> ListAsync(NatsObjListOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Gets the state of the bucket.</summary>
    /// <param name="cancellationToken">Cancels waiting for the response.</param>
    /// <returns>The state.</returns>
    ValueTask<NatsObjStatus> GetStatusAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Watches the bucket: the information of each object that it has, and then of each change. It continues after reconnects, elections and
    /// restarts of servers. When the bucket has lost changes that were delivered, all its objects are delivered again.
    /// </summary>
    /// <param name="opts">The options of the watch. Null: the defaults.</param>
    /// <param name="cancellationToken">Ends the watch with an exception.</param>
    /// <returns>The information of objects; <see cref="ObjectMetadata.Deleted"/> for deletions.</returns>
    /// <exception cref="NatsJSConsumerLostException">The bucket was deleted.</exception>
    IAsyncEnumerable<ObjectMetadata> WatchAsync(NatsObjWatchOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes an object or a link. The bytes are removed; the information stays, marked as deleted. A deleted object is not an error.</summary>
    /// <param name="key">The name of the object or link.</param>
    /// <param name="cancellationToken">Cancels the deletion.</param>
    /// <returns>A task that completes when the object is deleted and its bytes are removed.</returns>
    /// <exception cref="NatsObjNotFoundException">The object never existed.</exception>
    ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default);
}
