package io.holdfast.locks;

/**
 * A live session at one moment.
 *
 * @param id index of the entry that opened it
 * @param ttlMillis the time to live in force
 * @param holds grants it has
 * @param waits requests of it that wait
 * @param acknowledgedBelow sequences below are forgotten and refused
 */
public record SessionView(
    long id,
    long ttlMillis,
    String metadata,
    String principal,
    int holds,
    int waits,
    long acknowledgedBelow) {}
